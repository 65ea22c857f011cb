const receiving = (channel) => ({
  now() {
    const value = channel.tryReceive();
    if (value !== undefined) return { value };
    return channel.closed ? { value: null } : undefined;
  },
  later: (resolve) => channel.addReceiver({ resolve }),
});
