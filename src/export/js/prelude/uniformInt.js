const uniformInt = (a, b) => a + Math.floor(Math.random() * (b - a + 1));
