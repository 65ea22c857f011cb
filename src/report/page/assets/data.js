// Unpacks the data of the page: columns of numbers become arrays of numbers, each with one value an event or a change.

/** The data as written: deflated JSON in base64. */
async function unpacked() {
  const text = document.getElementById("data").textContent.trim();
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
}

/** Running sums. */
function sums(after, into) {
  let sum = 0;
  after.forEach((step, at) => { into[at] = sum += step; });
  return into;
}

/** One run: its events, the changes they make, its waits. */
class Run {
  constructor(raw, number) {
    const { events, changes, waits, path, ...rest } = raw;
    Object.assign(this, rest, { number, waits, path });
    this.length = events.kind.length;
    this.time = sums(events.after, new Float64Array(this.length));
    this.kind = events.kind.map((n) => this.texts[n]);
    for (const name of ["task", "worker", "other", "told", "object", "decides"]) {
      this[name] = Int32Array.from(events[name]);
    }
    this.changes = this.columns(changes);
  }

  columns(raw) {
    const count = raw.task.length;
    const columns = { at: sums(raw.after, new Int32Array(count)) };
    for (const name of ["task", "held", "worker", "line", "text", "object", "ago", "wait"]) {
      columns[name] = Int32Array.from(raw[name]);
    }
    columns.stance = raw.stance.map((n) => this.texts[n]);
    columns.queue = raw.queue.map((n) => (n < 0 ? null : this.texts[n]));
    // The change of the same task before each, and the first change of each event.
    columns.earlier = new Int32Array(count);
    columns.first = new Int32Array(this.length + 1).fill(count);
    const last = new Int32Array(this.tasks.length).fill(-1);
    for (let n = count - 1; n >= 0; n--) columns.first[columns.at[n]] = n;
    for (let at = this.length - 1; at >= 0; at--) {
      columns.first[at] = Math.min(columns.first[at], columns.first[at + 1]);
    }
    for (let n = 0; n < count; n++) {
      columns.earlier[n] = last[columns.task[n]];
      last[columns.task[n]] = n;
    }
    return columns;
  }

  /** The time at a position: positions are between events, at `n` the first `n` have happened. */
  clock(at) { return at > 0 ? this.time[at - 1] : 0; }

  /** The position behind all events up to a time. */
  at(time) {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.time[middle] <= time) low = middle + 1; else high = middle;
    }
    return low;
  }

  objectName(object) { return this.objects[object]?.name ?? `future ${object}`; }

  /** Does the event happen on the worker: does its task come to it, leave it, or do something there? */
  touches(at, worker) {
    const { first, worker: on, earlier } = this.changes;
    for (let n = first[at]; n < first[at + 1]; n++) {
      if (on[n] === worker || (earlier[n] >= 0 && on[earlier[n]] === worker)) return true;
    }
    return false;
  }

  /** Does the event change where the task stands? */
  moves(at, task) {
    const { first, task: of } = this.changes;
    for (let n = first[at]; n < first[at + 1]; n++) if (of[n] === task) return true;
    return false;
  }

  /** The next position on the way that `stops`; none: null. */
  find(from, way, stops) {
    for (let at = from + way; at >= 0 && at <= this.length; at += way) if (stops(at)) return at;
    return null;
  }

  decision(from, way) { return this.find(from, way, (at) => at < this.length && this.decides[at] === 1); }

  ofLane(from, way, lane) {
    const touches = lane.worker ? (at) => this.touches(at, lane.number) : (at) => this.moves(at, lane.number);
    return this.find(from, way, (at) => at > 0 && touches(at - 1));
  }
}
