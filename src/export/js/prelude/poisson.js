const poisson = (mean) => {
  let n = 0;
  for (let p = Math.random(); p > Math.exp(-mean); p *= Math.random()) n++;
  return n;
};
