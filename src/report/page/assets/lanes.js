// Lanes: what each task or worker did, as stretches of time.

/** Stretches of one lane, in order of time. */
class Lane {
  constructor(name, number, worker) {
    Object.assign(this, { name, number, worker, from: [], to: [], change: [] });
  }

  push(from, to, change) {
    this.from.push(from);
    this.to.push(to);
    this.change.push(change);
  }

  /** The first stretch that ends behind a time. */
  first(time) {
    let low = 0;
    let high = this.to.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.to[middle] <= time) low = middle + 1; else high = middle;
    }
    return low;
  }

  /** The stretch at a time; none: -1. */
  at(time) {
    const n = this.first(time);
    return n < this.from.length && this.from[n] <= time ? n : -1;
  }
}

const OVER = new Set(["done", "failed", "cancelled", "not started"]);

/** The lanes of a run: of all tasks, and of all workers. */
function lanes(run) {
  const tasks = run.tasks.map((name, number) => new Lane(name, number, false));
  const workers = run.workers.map((worker, number) => new Lane(worker.name, number, true));
  const open = new Int32Array(run.tasks.length).fill(-1);
  const { task, ago, at, stance, worker } = run.changes;
  const close = (n, to) => {
    const from = run.time[at[n]];
    if (to <= from || OVER.has(stance[n])) return;
    tasks[task[n]].push(from, to, n);
    if (worker[n] >= 0) workers[worker[n]].push(from, to, n);
  };
  for (let n = 0; n < task.length; n++) {
    if (ago[n] !== 0) continue;
    const before = open[task[n]];
    if (before >= 0) close(before, run.time[at[n]]);
    open[task[n]] = n;
  }
  open.forEach((n) => { if (n >= 0) close(n, run.end); });
  // A worker that never works is to be seen; a main thread or a task that does nothing is not.
  const shown = (lane) => lane.from.length > 0 || (lane.worker && run.workers[lane.number].role === "worker");
  return { tasks: tasks.filter(shown), workers: workers.filter(shown) };
}

/** What a stretch is drawn as. */
function look(run, change, worker) {
  const { stance, held } = run.changes;
  return worker && held[change] === 1 ? "held" : stance[change];
}
