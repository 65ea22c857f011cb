const sending = (channel, value) => ({
  now: () => (channel.trySend(value) ? { value: null } : undefined),
  later: (resolve, reject) => channel.addSender({ value, resolve: () => resolve(null), reject }),
});
