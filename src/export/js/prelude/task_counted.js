/** An async function that goes on by itself and can be asked to stop, through a signal of its own. */
class Task {
  done = false;
  outcome = null;
  #controller = new AbortController();

  constructor(start, outer, daemon = false) {
    follow(outer, this.#controller);
    this.promise = start(this.#controller.signal);
    const ended = (outcome) => {
      this.done = true;
      this.outcome = outcome;
    };
    started(this.promise, daemon, ended);
  }

  get cancelled() {
    return this.outcome?.error?.name === 'AbortError';
  }

  /** Its value, or its failure. Whoever is aborted while waiting for it takes it along. */
  join(signal) {
    if (signal?.aborted) return Promise.reject(signal.reason);
    signal?.addEventListener('abort', () => this.cancel(), { once: true });
    return this.promise;
  }

  cancel() {
    if (this.done) return false;
    this.#controller.abort();
    return true;
  }
}
