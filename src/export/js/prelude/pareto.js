const pareto = (scale, shape) => scale / (1 - Math.random()) ** (1 / shape);
