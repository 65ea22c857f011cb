// A run at one position: where every task stands, who has what, who stands in line.

class View {
  constructor(run) {
    this.run = run;
    this.at = 0;
    /** By task: the change in force, or -1 before its birth. */
    this.now = new Int32Array(run.tasks.length).fill(-1);
    this.shared = new Map();
  }

  go(to) {
    to = Math.max(0, Math.min(to, this.run.length));
    while (this.at < to) this.apply(this.at++, false);
    while (this.at > to) this.apply(--this.at, true);
  }

  apply(at, undo) {
    const { first, task, earlier } = this.run.changes;
    for (let n = first[at]; n < first[at + 1]; n++) this.now[task[n]] = undo ? earlier[n] : n;
    const object = this.run.object[at];
    if (object >= 0) this.share(object, this.run.kind[at], this.run.other[at], undo);
  }

  share(object, kind, task, undo) {
    const item = this.shared.get(object) ?? { holders: [], items: 0 };
    this.shared.set(object, item);
    const adds = (kind === "acquire" || kind === "send") !== undo;
    if (kind === "send" || kind === "recv") item.items += adds ? 1 : -1;
    else if (adds) item.holders.push(task);
    else item.holders.splice(item.holders.indexOf(task), 1);
  }

  stance(task) { return this.now[task] < 0 ? "not started" : this.run.changes.stance[this.now[task]]; }

  /** The wait a task is in, or -1. */
  wait(task) { return this.now[task] < 0 ? -1 : this.run.changes.wait[this.now[task]]; }

  line(task) { return this.now[task] < 0 ? -1 : this.run.changes.line[this.now[task]]; }

  /** Those who are ready, the longest first. */
  ready() {
    const tasks = [];
    this.now.forEach((change, task) => { if (change >= 0 && this.run.changes.stance[change] === "ready") tasks.push(task); });
    return this.bySince(tasks);
  }

  since(task) { return this.run.changes.at[this.now[task]] - this.run.changes.ago[this.now[task]]; }

  bySince(tasks) { return tasks.sort((a, b) => this.since(a) - this.since(b) || a - b); }

  onWorker(worker) {
    return this.now.findIndex((change) => change >= 0 && this.run.changes.worker[change] === worker);
  }

  /** All lines somebody stands in: a name, tasks in order, what is known of the object. */
  lines() {
    const lines = new Map();
    const put = (name, task, extra) => {
      if (!lines.has(name)) lines.set(name, { name, tasks: [], ...extra });
      if (task !== null) lines.get(name).tasks.push(task);
    };
    const { changes } = this.run;
    this.now.forEach((change, task) => {
      if (change < 0) return;
      const object = changes.object[change];
      const stance = changes.stance[change];
      if (stance === "ready") {
        put(changes.queue[change] ?? "ready", task, { rank: 0 });
      } else if ((stance === "io" || stance === "sleeping") && object < 0 && changes.held[change] === 0) {
        put("timers and devices", task, { rank: 1, timers: true });
      } else if (stance === "blocked" || stance === "io" || stance === "sleeping") {
        if (object >= 0) put(this.run.objectName(object), task, { rank: 2, object });
        else if (stance === "blocked") put("waiting for tasks", task, { rank: 3 });
      }
    });
    for (const [object, item] of this.shared) {
      if (item.holders.length > 0 || item.items > 0) put(this.run.objectName(object), null, { rank: 2, object });
    }
    for (const line of lines.values()) {
      if (line.timers) line.tasks.sort((a, b) => this.until(a) - this.until(b) || a - b); else this.bySince(line.tasks);
    }
    return [...lines.values()].sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
  }

  until(task) {
    const wait = this.wait(task);
    return wait < 0 ? this.run.clock(this.at) : this.run.waits.to[wait];
  }
}
