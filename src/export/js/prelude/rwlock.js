/** Many readers or one writer, first come, first served. */
class ReadWriteLock {
  #readers = 0;
  #writing = false;
  #waiters = new Waiters();
  read = {
    acquire: (signal) => this.#acquire(signal, false),
    release: () => this.#release(false),
    isLocked: () => this.locked,
  };
  write = {
    acquire: (signal) => this.#acquire(signal, true),
    release: () => this.#release(true),
    isLocked: () => this.locked,
  };

  get locked() {
    return this.#writing || this.#readers > 0;
  }

  #admits(writes) {
    return !this.#writing && (!writes || this.#readers === 0);
  }

  #enter(writes) {
    if (writes) this.#writing = true;
    else this.#readers++;
  }

  #acquire(signal, writes) {
    if (signal?.aborted || this.#waiters.length > 0 || !this.#admits(writes)) {
      return wait(signal, (resolve) => this.#waiters.add({ resolve, writes }));
    }
    this.#enter(writes);
    return Promise.resolve();
  }

  #release(writes) {
    if (writes ? !this.#writing : this.#readers === 0) throw new Error('this rwlock is released but not held');
    if (writes) this.#writing = false;
    else this.#readers--;
    while (this.#waiters.length > 0 && this.#admits(this.#waiters.first().writes)) {
      const { resolve, writes: next } = this.#waiters.next();
      this.#enter(next);
      resolve();
    }
  }
}
