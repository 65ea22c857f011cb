const uniform = (a, b) => a + Math.random() * (b - a);
