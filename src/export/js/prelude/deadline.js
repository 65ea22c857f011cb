/** A block that is aborted when its time is over, or when it is cancelled. */
class Deadline {
  #outer;
  #controller = new AbortController();
  #passed = false;
  #timer;
  #forget;
  #left = false;

  constructor(ms, outer) {
    this.#outer = outer;
    this.#forget = follow(outer, this.#controller);
    if (ms !== null) this.#timer = setTimeout(() => this.cancel(), ms);
  }

  get signal() {
    return this.#controller.signal;
  }

  cancel() {
    if (this.#left) return false;
    const fresh = !this.#passed;
    this.#passed = true;
    this.#controller.abort();
    return fresh;
  }

  /** Is this error how the block ended because of the deadline, and nothing else? */
  expired(error) {
    return this.#passed && error.name === 'AbortError' && !this.#outer?.aborted;
  }

  clear() {
    this.#left = true;
    clearTimeout(this.#timer);
    this.#forget();
  }
}
