const random = () => Math.random();
