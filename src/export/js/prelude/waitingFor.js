const waitingFor = (event) => ({
  now: () => (event.isSet ? { value: null } : undefined),
  later: (resolve) => event.add(() => resolve(null)),
});
