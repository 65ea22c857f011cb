/** A value that comes later, once. */
class Future {
  #outcome = null;
  #waiters = new Waiters();

  get done() {
    return this.#outcome !== null;
  }

  get outcome() {
    return this.#outcome;
  }

  set(value = null) {
    this.#settle({ value });
  }

  fail(why) {
    this.#settle({ error: why instanceof Error ? why : new Error(why) });
  }

  #settle(outcome) {
    if (this.done) throw new Error('this future is settled already');
    this.#outcome = outcome;
    for (const waiter of this.#waiters.all()) {
      if (outcome.error) waiter.reject(outcome.error);
      else waiter.resolve(outcome.value);
    }
  }

  wait(signal) {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#outcome?.error) return Promise.reject(this.#outcome.error);
    if (this.#outcome) return Promise.resolve(this.#outcome.value);
    return wait(signal, (resolve, reject) => this.add({ resolve, reject }));
  }

  add(waiter) {
    return this.#waiters.add(waiter);
  }
}
