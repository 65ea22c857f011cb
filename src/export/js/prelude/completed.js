/** Outcomes in the order in which they come. */
class Completed {
  #outcomes = [];
  #takers = new Waiters();
  #left;
  #running;
  #timer;
  #expired = false;

  constructor(promises, ms = null) {
    this.#left = this.#running = promises.length;
    for (const promise of promises) {
      promise.then((value) => this.#ended({ value }), (error) => this.#ended({ error }));
    }
    if (ms !== null && this.#running > 0) {
      this.#timer = setTimeout(() => {
        this.#expired = true;
        this.#serve();
      }, ms);
    }
  }

  #ended(outcome) {
    this.#running--;
    if (!this.#expired) {
      this.#outcomes.push(outcome);
      this.#serve();
    }
    if (this.#running === 0) clearTimeout(this.#timer);
  }

  #outcome() {
    return this.#outcomes.shift() ?? (this.#expired ? { error: new Error('timeout') } : undefined);
  }

  #serve() {
    while (this.#takers.length > 0) {
      const outcome = this.#outcome();
      if (outcome === undefined) return;
      const taker = this.#takers.next();
      if (outcome.error) taker.reject(outcome.error);
      else taker.resolve(taker.as(outcome.value));
    }
  }

  #next(signal, as, end) {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#left === 0) return end();
    this.#left--;
    const outcome = this.#outcome();
    if (outcome?.error) return Promise.reject(outcome.error);
    if (outcome) return Promise.resolve(as(outcome.value));
    return wait(signal, (resolve, reject) => this.#takers.add({ resolve, reject, as }));
  }

  next(signal) {
    const end = () => Promise.reject(new Error('every result of this `as_completed` was taken'));
    return this.#next(signal, (value) => value, end);
  }

  /** For `for await`. */
  values(signal) {
    const end = () => Promise.resolve({ value: undefined, done: true });
    const next = () => this.#next(signal, (value) => ({ value, done: false }), end);
    return { [Symbol.asyncIterator]: () => ({ next }) };
  }
}
