const after = (ms) => ({
  now: () => undefined,
  later(resolve) {
    const timer = setTimeout(() => resolve(null), ms);
    return () => clearTimeout(timer);
  },
});
