const exponential = (mean) => -Math.log(1 - Math.random()) * mean;
