const spawn = (start) => new Task(start);
