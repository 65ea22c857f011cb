const settling = (future) => ({
  now: () => future.outcome,
  later: (resolve, reject) => future.add({ resolve, reject }),
});
