/** Opens when so many have come; tells each which it was, from 0. */
class Barrier {
  #parties;
  #waiters = new Waiters();

  constructor(parties) {
    this.#parties = parties;
  }

  wait(signal) {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const index = this.#waiters.length;
    if (index + 1 < this.#parties) {
      return wait(signal, (resolve) => this.#waiters.add({ index, resolve }));
    }
    for (const waiter of this.#waiters.all()) waiter.resolve(waiter.index);
    return Promise.resolve(index);
  }
}
