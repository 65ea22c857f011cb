const range = (from, to, step = 1) => {
  const all = [];
  for (let i = from; step > 0 ? i < to : i > to; i += step) all.push(i);
  return all;
};
