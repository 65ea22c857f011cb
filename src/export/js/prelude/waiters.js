/** Those who wait, first come, first served. */
class Waiters {
  #queue = [];

  get length() {
    return this.#queue.length;
  }

  /** Adds one; what it returns takes it out again. */
  add(waiter) {
    this.#queue.push(waiter);
    return () => {
      const at = this.#queue.indexOf(waiter);
      if (at >= 0) this.#queue.splice(at, 1);
    };
  }

  first() {
    return this.#queue[0];
  }

  next() {
    return this.#queue.shift();
  }

  all() {
    return this.#queue.splice(0);
  }
}
