// Draws the lanes of one run, and finds what was clicked.

const PITCH = 21;
const HEIGHT = 16;
const TOP = 18;

const LEGEND = [
  ["running", "working"], ["held", "held: occupied by a task that only waits"], ["switch", "changing task"],
  ["ready", "ready: waits for its turn"], ["blocked", "blocked: waits for another task"],
  ["io", "waits for a device"], ["sleeping", "sleeping"],
];

/** Colours by name, as the style sheet has them now. */
function colors() {
  const style = getComputedStyle(document.documentElement);
  return new Proxy({}, { get: (_, name) => style.getPropertyValue(`--${name}`).trim() });
}

/** A small tile that is repeated. */
function tile(size, ground, stroke, lines, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.round(size * scale);
  const pen = canvas.getContext("2d");
  pen.scale(canvas.width / size, canvas.height / size);
  pen.fillStyle = ground;
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = stroke;
  pen.beginPath();
  for (const [x1, y1, x2, y2] of lines) { pen.moveTo(x1, y1); pen.lineTo(x2, y2); }
  pen.stroke();
  return canvas;
}

/** What each state looks like: colour and pattern, so that grey paper shows it too. */
function paints(pen, scale) {
  const color = colors();
  const pattern = (...arguments_) => {
    const made = pen.createPattern(tile(...arguments_, scale), "repeat");
    made.setTransform(new DOMMatrix().scale(1 / scale));
    return made;
  };
  return {
    color: Object.fromEntries(["ground", "ink", "faint", "grid", "running", "on-running", "ready-edge", "io", "sleeping",
      "overhead", "broken", "blocked"].map((name) => [name, color[name]])),
    ready: pattern(6, color.ready, color["ready-edge"], [[-1, 1, 1, -1], [0, 6, 6, 0], [5, 7, 7, 5]]),
    blocked: pattern(6, color.blocked, color.ground, [[0, 0, 6, 6], [0, 6, 6, 0]]),
    held: pattern(5, color.ground, color.io, [[0, 5, 5, 0]]),
  };
}

/** One stretch. */
function stretch(pen, paint, what, x, y, width) {
  const box = (fill, top, height) => { pen.fillStyle = fill; pen.fillRect(x, y + top, width, height); };
  const edge = (stroke) => {
    if (width < 3) return;
    pen.strokeStyle = stroke;
    pen.strokeRect(x + 0.5, y + 0.5, width - 1, HEIGHT - 1);
  };
  const { color } = paint;
  if (what === "running") box(color.running, 0, HEIGHT);
  else if (what === "held") { box(paint.held, 0, HEIGHT); edge(color.running); }
  else if (what === "ready") { box(paint.ready, 0, HEIGHT); edge(color["ready-edge"]); }
  else if (what === "blocked") box(paint.blocked, 0, HEIGHT);
  else if (what === "io") box(color.io, HEIGHT / 4, HEIGHT / 2);
  else if (what === "sleeping") { box(color.sleeping, HEIGHT / 2 - 2, 4); box(color.faint, HEIGHT / 2 - 0.5, 1); }
  else if (what === "switch") box(color.overhead, 0, HEIGHT);
}

/** Fits a canvas to its box. Says the pen and how many dots a pixel has. */
function fit(canvas, width, height) {
  const scale = window.devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== wide || canvas.height !== high) { canvas.width = wide; canvas.height = high; }
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = "12px system-ui, sans-serif";
  pen.textBaseline = "middle";
  return { pen, scale };
}

/** About six round times, 1, 2 or 5 times a power of ten of the unit, with what they are called. */
function ticks(from, to, [name, nanos]) {
  const whole = to - from >= 6 * nanos;
  const [, unit] = whole ? [name, nanos] : UNITS.find(([, size]) => to - from >= 2 * size) ?? UNITS[5];
  const rough = (to - from) / unit / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = unit * power * [1, 2, 5, 10].find((n) => n * power >= rough * 0.999);
  const all = [];
  for (let n = Math.ceil(from / step); n * step <= to && all.length < 50; n++) {
    all.push([n * step, whole ? Number(((n * step) / nanos).toFixed(6)) + name : show(n * step)]);
  }
  return all;
}

/** The picture of one run: stretches below, what is chosen above, a head where we are. */
class Picture {
  constructor(run, unit, place, choose) {
    this.run = run;
    this.unit = unit;
    this.all = lanes(run);
    this.names = place.querySelector(".names");
    this.box = place.querySelector(".picture");
    this.head = place.querySelector(".head");
    this.veil = place.querySelector(".veil");
    this.folded = place.querySelector(".folded");
    [this.below, this.above] = place.querySelectorAll("canvas");
    this.choose = choose;
    this.box.addEventListener("click", (click) => {
      const box = this.box.getBoundingClientRect();
      const lane = this.lanes[Math.floor((click.clientY - box.top - TOP) / PITCH)];
      if (lane && !this.dragged) choose(lane, this.time(click.clientX - box.left));
    });
  }

  /** Drawn aside with a finger or the mouse, and zoomed with Ctrl and the wheel. */
  move(pan, zoom) {
    let last = null;
    this.box.addEventListener("pointerdown", (down) => {
      last = down.clientX;
      this.dragged = false;
    });
    this.box.addEventListener("pointermove", (moved) => {
      if (last === null || moved.buttons === 0 || (!this.dragged && Math.abs(moved.clientX - last) < 6)) return;
      this.dragged = true;
      pan((last - moved.clientX) / this.wide);
      last = moved.clientX;
    });
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) this.box.addEventListener(end, () => { last = null; });
    this.box.addEventListener("wheel", (wheel) => {
      if (!wheel.ctrlKey && !wheel.metaKey) return;
      wheel.preventDefault();
      zoom(wheel.deltaY > 0 ? 1.25 : 0.8, this.time(wheel.clientX - this.box.getBoundingClientRect().left));
    }, { passive: false });
  }

  /** Shows a lane for each worker, or for each task; very many are folded. */
  show(kind) {
    const all = this.all[kind];
    const most = Math.min(400, Math.floor(15000 / (PITCH * (window.devicePixelRatio || 1))));
    this.lanes = all.slice(0, most);
    this.folded.textContent = all.length > most ? `and ${all.length - most} more lanes` : "";
    this.names.replaceChildren(...this.lanes.map((lane) => {
      const button = element("button", "", lane.name);
      button.title = lane.name;
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => this.choose(lane, null));
      return button;
    }));
    this.high = TOP + this.lanes.length * PITCH + 4;
    this.box.style.height = `${this.high}px`;
  }

  x(time) { return ((time - this.from) / (this.to - this.from)) * this.wide; }

  time(x) { return this.from + (x / this.wide) * (this.to - this.from); }

  draw(from, to, path) {
    this.wide = Math.max(this.box.clientWidth, 40);
    [this.from, this.to] = [from, to];
    const { pen, scale } = fit(this.below, this.wide, this.high);
    const paint = paints(pen, scale);
    for (const [time, name] of ticks(from, to, this.unit)) {
      pen.fillStyle = paint.color.grid;
      pen.fillRect(this.x(time), TOP - 4, 1, this.high);
      pen.fillStyle = paint.color.faint;
      const half = pen.measureText(name).width / 2;
      pen.textAlign = "center";
      pen.fillText(name, Math.max(half, Math.min(this.x(time), this.wide - half)), 8);
    }
    this.lanes.forEach((lane, row) => this.lane(pen, paint, lane, TOP + row * PITCH));
    if (path) this.path(pen, paint);
    pen.fillStyle = paint.color.ink;
    pen.fillRect(this.x(this.run.end), TOP, 1, this.high);
  }

  lane(pen, paint, lane, y) {
    let until = -1;
    for (let n = lane.first(this.from); n < lane.from.length && lane.from[n] < this.to; n++) {
      const left = Math.max(this.x(lane.from[n]), 0);
      const right = Math.min(this.x(lane.to[n]), this.wide);
      // What is narrower than a pixel shares it with its neighbours.
      if (right <= until && n + 1 < lane.from.length) continue;
      const width = Math.max(right - left, 0.8);
      stretch(pen, paint, look(this.run, lane.change[n], lane.worker), left, y, width);
      until = left + width;
      if (width > 30) this.label(pen, paint, lane, n, left, y, width);
    }
  }

  /** What it is called, where there is room. */
  label(pen, paint, lane, n, x, y, width) {
    const change = lane.change[n];
    const { stance, held, text, task } = this.run.changes;
    const does = text[change] >= 0 ? this.run.texts[text[change]].replace(/, [^,]*$/, "") : "";
    const words = lane.worker ? this.run.tasks[task[change]] : does;
    const what = look(this.run, change, lane.worker);
    if (!words || what === "sleeping" || pen.measureText(words).width > width - 6) return;
    const wide = pen.measureText(words).width;
    pen.textAlign = "left";
    if (what !== "running") {
      pen.fillStyle = what === "io" ? paint.color.io : paint.color.ground;
      if (what !== "io" || held[change] || stance[change] !== "io") pen.fillRect(x + 2, y + 1, wide + 3, HEIGHT - 2);
    }
    pen.fillStyle = what === "running" ? paint.color["on-running"] : what === "io" ? "#111827" : paint.color.ink;
    pen.fillText(words, x + 3, y + HEIGHT / 2);
  }

  /** The critical path: a band below each of its steps. */
  path(pen, paint) {
    const { task, from, to } = this.run.path;
    pen.fillStyle = paint.color.broken;
    for (let n = 0; n < task.length; n++) {
      const row = this.row(task[n], from[n]);
      if (row < 0 || to[n] < this.from || from[n] > this.to) continue;
      pen.fillRect(this.x(from[n]), TOP + row * PITCH + HEIGHT, Math.max(this.x(to[n]) - this.x(from[n]), 1), 4);
    }
  }

  /** The lane in which a task is to be seen at a time; none: -1. */
  row(task, time) {
    if (!this.lanes.length || !this.lanes[0].worker) return this.lanes.findIndex((lane) => lane.number === task);
    return this.lanes.findIndex((lane) => {
      const near = [lane.at(time), lane.first(time) - 1];
      return near.some((n) => n >= 0 && this.run.changes.task[lane.change[n]] === task && lane.to[n] >= time);
    });
  }

  /** Where we are; `veiled`: what comes is not shown. */
  mark(time, veiled) {
    const x = Math.max(0, Math.min(this.x(time), this.wide));
    this.head.style.transform = `translateX(${x}px)`;
    this.head.hidden = time < this.from || time > this.to;
    this.veil.style.left = `${x}px`;
    this.veil.hidden = !veiled;
  }

  /** The chosen lane, and the chosen wait with an arrow to who ended it. */
  select(lane, wait) {
    const { pen } = fit(this.above, this.wide, this.high);
    const color = colors();
    this.names.querySelectorAll("button").forEach((button, row) => {
      button.setAttribute("aria-pressed", String(this.lanes[row] === lane));
    });
    if (wait < 0) return;
    const { task, from, to, by } = this.run.waits;
    const row = this.row(task[wait], from[wait]);
    if (row >= 0) {
      pen.strokeStyle = color.ink;
      pen.lineWidth = 2;
      const left = this.x(from[wait]);
      pen.strokeRect(left, TOP + row * PITCH - 1.5, Math.max(this.x(to[wait]) - left, 3), HEIGHT + 3);
    }
    const other = by[wait] < 0 ? -1 : this.row(by[wait], to[wait]);
    if (row >= 0 && other >= 0 && other !== row) this.arrow(pen, color.ink, this.x(to[wait]), other, row);
  }

  /** From the one who ended the wait to the one who waited. */
  arrow(pen, color, x, from, to) {
    const down = from < to ? 1 : -1;
    const start = TOP + from * PITCH + (down > 0 ? HEIGHT : 0);
    const end = TOP + to * PITCH + (down > 0 ? -2 : HEIGHT + 2);
    pen.strokeStyle = pen.fillStyle = color;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.moveTo(x, start);
    pen.lineTo(x, end);
    pen.stroke();
    pen.beginPath();
    pen.moveTo(x, end + down * 2);
    pen.lineTo(x - 5, end - down * 6);
    pen.lineTo(x + 5, end - down * 6);
    pen.fill();
  }
}

/** The legend, in the same colours and patterns. */
function legend(place) {
  place.replaceChildren(...LEGEND.map(([what, meaning]) => {
    const canvas = document.createElement("canvas");
    const { pen, scale } = fit(canvas, 28, HEIGHT);
    stretch(pen, paints(pen, scale), what, 0, 0, 28);
    return element("span", "", canvas, meaning);
  }));
}
