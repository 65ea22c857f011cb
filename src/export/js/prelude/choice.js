const choice = (list) => list[Math.floor(Math.random() * list.length)];
