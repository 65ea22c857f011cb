/** So many at a time, first come, first served. With `most`, no more are given back than there are. */
class Semaphore {
  #free;
  #most;
  #waiters = new Waiters();

  constructor(free, most = Infinity) {
    this.#free = free;
    this.#most = most;
  }

  get locked() {
    return this.#free === 0;
  }

  acquire(signal) {
    if (signal?.aborted || this.#free === 0) return wait(signal, (resolve) => this.#waiters.add(resolve));
    this.#free--;
    return Promise.resolve();
  }

  release() {
    if (this.#free === this.#most) throw new Error('this resource is released but not held');
    const next = this.#waiters.next();
    if (next) next();
    else this.#free++;
  }
}
