const lognormal = (median, sigma) => median * Math.exp(normal(0, sigma));
