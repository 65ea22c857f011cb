/** Tasks that hold the lock wait here for a notice, without it meanwhile. */
class Condition {
  #lock;
  #waiters = new Waiters();

  constructor(lock) {
    this.#lock = lock;
  }

  async wait(signal) {
    if (!this.#lock.locked) throw new Error('this condition is waited for without its lock being held');
    const notified = wait(signal, (resolve) => this.#waiters.add(resolve));
    this.#lock.release();
    try {
      await notified;
    } finally {
      await this.#lock.acquire(); // whatever has happened
    }
  }

  notify(n = 1) {
    if (!this.#lock.locked) throw new Error('this condition is notified without its lock being held');
    for (; n > 0 && this.#waiters.length > 0; n--) this.#waiters.next()();
  }

  notifyAll() {
    this.notify(Infinity);
  }
}
