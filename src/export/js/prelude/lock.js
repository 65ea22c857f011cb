/** One at a time. Released, it is handed to the first who waits. */
class Lock {
  #locked = false;
  #waiters = new Waiters();

  get locked() {
    return this.#locked;
  }

  acquire(signal) {
    if (signal?.aborted || this.#locked) return wait(signal, (resolve) => this.#waiters.add(resolve));
    this.#locked = true;
    return Promise.resolve();
  }

  release() {
    if (!this.#locked) throw new Error('this lock is released but not held');
    const next = this.#waiters.next();
    if (next) next();
    else this.#locked = false;
  }
}
