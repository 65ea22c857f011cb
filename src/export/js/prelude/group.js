/** Tasks that have all ended when it is closed. The first failure aborts the others. */
class TaskGroup {
  #outer;
  #controller = new AbortController();
  #forget;
  #running = 0;
  #errors = [];
  #left = null;
  #cancelled = false;
  #closed = false;
  #idle = null;

  constructor(outer) {
    this.#outer = outer;
    this.#forget = follow(outer, this.#controller);
  }

  get signal() {
    return this.#controller.signal;
  }

  spawn(start) {
    if (this.#closed) throw new Error('the group is finished');
    this.#running++;
    const task = new Task(start, this.signal);
    task.promise.then(() => this.#ended(), (error) => this.#ended(error));
    return task;
  }

  #ended(error = null) {
    this.#running--;
    if (error !== null && error.name !== 'AbortError') {
      this.#errors.push(error);
      this.#controller.abort();
    }
    if (this.#running === 0) this.#idle?.();
  }

  cancel() {
    if (this.#closed || this.signal.aborted) return false;
    this.#cancelled = true;
    this.#controller.abort();
    return true;
  }

  /** How the body was left, if not at its end. */
  fail(error) {
    if (error.name === 'AbortError') this.#left = error;
    else this.#errors.push(error);
    this.#controller.abort();
  }

  async close() {
    while (this.#running > 0) await new Promise((resolve) => (this.#idle = resolve));
    this.#closed = true;
    this.#forget();
    if (this.#errors.length === 1) throw this.#errors[0];
    if (this.#errors.length > 1) {
      const names = this.#errors.map((error) => error.message).join(',');
      throw new AggregateError(this.#errors, `group(${names})`);
    }
    this.#outer?.throwIfAborted();
    if (this.#left !== null && !this.#cancelled) throw this.#left;
  }
}
