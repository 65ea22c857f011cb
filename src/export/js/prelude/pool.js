const { Worker, isMainThread, parentPort } = require('node:worker_threads');

/** Threads that run functions of this file, one job after the other. They share no variables. */
class Pool {
  #size;
  #threads = [];
  #jobs = [];

  constructor(size) {
    this.#size = size;
  }

  run(name, given, signal) {
    return wait(signal, (resolve, reject) => {
      this.#jobs.push({ name, given, resolve, reject });
      this.#assign();
      return () => {};
    });
  }

  #assign() {
    while (this.#jobs.length > 0) {
      let thread = this.#threads.find((thread) => thread.job === null);
      if (!thread && this.#threads.length < this.#size) thread = this.#start();
      if (!thread) return;
      thread.job = this.#jobs.shift();
      thread.worker.ref();
      thread.worker.postMessage([thread.job.name, thread.job.given]);
    }
  }

  #start() {
    const thread = { worker: new Worker(__filename), job: null };
    thread.worker.on('message', ([error, value]) => {
      const { resolve, reject } = thread.job;
      thread.job = null;
      thread.worker.unref(); // an idle thread keeps nobody from ending
      if (error === null) resolve(value);
      else reject(error);
      this.#assign();
    });
    this.#threads.push(thread);
    return thread;
  }
}

/** What a thread does: calls what it is told to. */
function serve(functions) {
  parentPort.on('message', async ([name, given]) => {
    try {
      parentPort.postMessage([null, await functions[name](...given)]);
    } catch (error) {
      parentPort.postMessage([error, null]);
    }
  });
}
