const normal = (mean, sd) => {
  const angle = 2 * Math.PI * Math.random();
  return mean + sd * Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(angle);
};
