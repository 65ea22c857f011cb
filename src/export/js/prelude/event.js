/** Wakes all who wait for it; set, it holds up nobody. */
class Event {
  #set = false;
  #waiters = new Waiters();

  get isSet() {
    return this.#set;
  }

  set() {
    this.#set = true;
    for (const resolve of this.#waiters.all()) resolve();
  }

  clear() {
    this.#set = false;
  }

  wait(signal) {
    if (this.#set && !signal?.aborted) return Promise.resolve();
    return wait(signal, (resolve) => this.add(resolve));
  }

  add(resolve) {
    return this.#waiters.add(resolve);
  }
}
