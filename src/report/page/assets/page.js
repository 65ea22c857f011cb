// The page: one state, the moves that change it, and everything drawn anew from it.

const KEYS = [
  ["→ ←", "one event forward, back"], ["Shift → ←", "one event of the chosen lane"], ["d b", "to the next decision, to the one before"],
  ["Home End", "to the start, to the end"], ["space", "play, pause"], ["↑ ↓", "choose a lane"], ["1 … 9", "choose a run"],
  ["w", "why the chosen lane waits"], ["t", "a lane for each task, or for each worker"], ["c", "the critical path"], ["p", "predict who runs next"],
  ["+ − 0", "zoom in, out, everything"], ["[ ]", "earlier, later"], ["?", "these keys"],
];

const at = (id) => document.getElementById(id);

class Page {
  constructor(data) {
    this.runs = data.runs.map((raw, number) => new Run(raw, number));
    this.end = Math.max(1, ...this.runs.map((run) => run.end));
    this.views = this.runs.map((run) => new View(run));
    this.unit = data.unit;
    this.active = 0;
    this.lane = null;
    this.wait = -1;
    this.path = false;
    [this.from, this.to] = [0, this.end * 1.02];
    this.playing = null;
    this.program = new Program(at("source"), data.source[1]);
    this.predict = new Predict(at("predict"));
    this.pictures = this.runs.map((run) => this.picture(run));
    const work = this.pictures.some((picture) => picture.all.workers.some((lane) => lane.from.length > 0));
    this.kind = work ? "workers" : "tasks";
    at("help").replaceChildren(element("dl", "", ...KEYS.flatMap(([keys, what]) => [element("dt", "", keys), element("dd", "", what)])));
  }

  get view() { return this.views[this.active]; }

  get run() { return this.runs[this.active]; }

  picture(run) {
    const name = element("button", "", run.name);
    name.addEventListener("click", () => this.activate(run.number));
    const outcome = run.outcome === "completed" ? "" : `, ${run.outcome}`;
    const facts = element("small", "", `${run.makespan}${outcome} · ${run.runtime} · ${run.fingerprint}`);
    const box = element("div", "picture", document.createElement("canvas"), document.createElement("canvas"),
      element("div", "veil"), element("div", "head"));
    const chart = element("div", "chart", element("div", "names"), box);
    const place = element("section", "run", element("h3", "", name, facts), chart, element("p", "folded"));
    at("runs").append(place);
    const picture = new Picture(run, this.unit, place, (lane, time) => this.choose(run.number, lane, time));
    picture.move((share) => this.pan(share), (factor, time) => this.zoom(factor, time));
    return picture;
  }

  // ── moves ─────────────────────────────────────────────────────────────

  /** To a position of the active run; the others follow to the same time. */
  go(to) {
    if (to === null) return this.say("There is nothing further that way.");
    const forward = to > this.view.at;
    if (forward && this.predict.asks(this.view)) return this.say("First say who runs next.");
    const target = forward ? this.predict.limit(this.view, to) : to;
    this.view.go(target);
    if (!forward) this.predict.answered = null;
    const time = this.run.clock(this.view.at);
    this.views.forEach((view, number) => {
      if (number !== this.active) view.go(this.view.at === 0 ? 0 : this.runs[number].at(time));
    });
    this.follow(time);
    this.show();
  }

  goTime(time) { this.go(time <= 0 ? 0 : this.run.at(time)); }

  /** Keeps the head inside what is drawn. */
  follow(time) {
    if (time >= this.from && time <= this.to) return;
    const span = this.to - this.from;
    this.window(time - span / 4, time + (span * 3) / 4);
  }

  window(from, to) {
    const span = Math.min(Math.max(to - from, Math.max(this.end / 1e7, 10)), this.end * 1.02);
    this.from = Math.max(0, Math.min(from, this.end * 1.02 - span));
    this.to = this.from + span;
    this.draw();
  }

  /** Around a time; without one, around where we are. */
  zoom(factor, around = this.run.clock(this.view.at)) {
    const middle = around >= this.from && around <= this.to ? around : (this.from + this.to) / 2;
    this.window(middle - (middle - this.from) * factor, middle + (this.to - middle) * factor);
  }

  pan(share) { this.window(this.from + (this.to - this.from) * share, this.to + (this.to - this.from) * share); }

  activate(number) {
    if (!this.runs[number]) return;
    if (number !== this.active) [this.lane, this.wait] = [null, -1];
    this.active = number;
    this.show();
  }

  /** A lane; with a time, what was there then. */
  choose(number, lane, time) {
    this.activate(number);
    this.lane = lane;
    const n = time === null ? -1 : lane.at(time);
    this.wait = n < 0 ? -1 : this.run.changes.wait[lane.change[n]];
    this.show();
    if (this.wait >= 0) this.say(this.run.waits.sentence[this.wait]);
  }

  neighbour(step) {
    const { lanes } = this.pictures[this.active];
    const next = lanes.indexOf(this.lane) + step;
    this.choose(this.active, lanes[Math.max(0, Math.min(next, lanes.length - 1))], null);
    const name = this.pictures[this.active].names.children[lanes.indexOf(this.lane)];
    name?.scrollIntoView({ block: "nearest" });
  }

  /** The task a lane is about, as things stand. */
  task() {
    if (this.lane === null) return this.view.at > 0 ? this.run.task[this.view.at - 1] : -1;
    return this.lane.worker ? this.view.onWorker(this.lane.number) : this.lane.number;
  }

  why() {
    const task = this.task();
    const wait = task < 0 ? -1 : this.view.wait(task);
    if (wait < 0) return this.say(task < 0 ? "Nobody is on it." : `${this.run.tasks[task]} waits for nothing now.`);
    this.wait = wait;
    this.show();
    this.say(this.run.waits.sentence[wait]);
  }

  inLane(way) {
    if (this.lane === null) return this.say("Choose a lane first: ↑ ↓, or its name.");
    this.go(this.run.ofLane(this.view.at, way, this.lane));
  }

  play() {
    if (this.playing !== null) {
      clearInterval(this.playing);
      this.playing = null;
    } else {
      const rate = Number(at("speed").value);
      const steps = Math.max(1, Math.round(rate / 30));
      this.playing = setInterval(() => {
        if (this.view.at >= this.run.length || this.predict.asks(this.view)) return this.play();
        this.go(Math.min(this.view.at + steps, this.run.length));
      }, (1000 * steps) / rate);
    }
    this.pressed("play", this.playing !== null);
  }

  toggle(what) {
    if (what === "lanes") {
      this.kind = this.kind === "tasks" ? "workers" : "tasks";
      [this.lane, this.wait] = [null, -1];
      this.lay();
    } else if (what === "path") {
      this.path = !this.path;
      this.draw();
    } else if (what === "predict") {
      this.predict.on = !this.predict.on;
      this.predict.answered = null;
      this.show();
    } else {
      at("help").hidden = !at("help").hidden;
      document.querySelector("[data-do=help]").setAttribute("aria-expanded", String(!at("help").hidden));
    }
  }

  act(name) {
    const { view, run } = this;
    const acts = {
      start: () => this.go(0),
      end: () => this.go(run.length),
      step: () => this.go(view.at < run.length ? view.at + 1 : null),
      back: () => this.go(view.at > 0 ? view.at - 1 : null),
      decision: () => this.go(run.decision(view.at, 1)),
      "before-decision": () => this.go(run.decision(view.at, -1)),
      "lane-step": () => this.inLane(1),
      "lane-back": () => this.inLane(-1),
      play: () => this.play(),
      in: () => this.zoom(0.5),
      out: () => this.zoom(2),
      left: () => this.pan(-0.5),
      right: () => this.pan(0.5),
      fit: () => this.window(0, this.end * 1.02),
      up: () => this.neighbour(-1),
      down: () => this.neighbour(1),
      why: () => this.why(),
    };
    (acts[name] ?? (() => this.toggle(name)))();
  }

  // ── drawing ───────────────────────────────────────────────────────────

  pressed(name, on) { document.querySelector(`[data-do=${name}]`).setAttribute("aria-pressed", String(on)); }

  say(text) { at("say").textContent = text; }

  /** Everything, from the lanes on. */
  lay() {
    this.pictures.forEach((picture) => picture.show(this.kind));
    this.draw();
    legend(at("legend"));
  }

  /** The timelines. */
  draw() {
    this.pictures.forEach((picture) => picture.draw(this.from, this.to, this.path && !this.predict.on));
    this.show();
  }

  /** What depends on the position and on what is chosen. */
  show() {
    const { view, run } = this;
    const time = run.clock(view.at);
    this.pictures.forEach((picture, number) => {
      picture.mark(this.runs[number].clock(this.views[number].at) || Math.min(time, picture.run.end), this.predict.on);
      picture.select(number === this.active ? this.lane : null, number === this.active && !this.predict.on ? this.wait : -1);
      picture.box.parentElement.parentElement.querySelector("h3 button").setAttribute("aria-pressed", String(number === this.active));
    });
    const task = this.task();
    this.program.show(view, task);
    showLines(at("lines"), view, task);
    if (this.predict.on) at("why").replaceChildren("Not while you predict.");
    else showWhy(at("why"), run, this.wait, (to) => this.go(to));
    this.pressed("lanes", this.kind === "tasks");
    this.pressed("path", this.path);
    this.pressed("predict", this.predict.on);
    at("time").value = String(Math.round((time / this.end) * 1000));
    at("time").setAttribute("aria-valuetext", show(time));
    const event = view.at > 0 ? run.texts[run.told[view.at - 1]] : "before the first event";
    this.say(`${show(time)} · event ${view.at} of ${run.length}: ${event}`);
    this.predict.show(view, () => this.go(view.at + 1));
  }
}

const BOUND = {
  Home: "start", End: "end", ArrowRight: "step", ArrowLeft: "back", ArrowUp: "up", ArrowDown: "down", " ": "play", d: "decision",
  b: "before-decision", w: "why", t: "lanes", c: "path", p: "predict", "+": "in", "=": "in", "-": "out", 0: "fit", "[": "left",
  "]": "right", "?": "help",
};

/** The keys, unless they are meant for a field; a space is meant for a button that has the focus. */
function pressed(page, key) {
  if (key.ctrlKey || key.metaKey || key.altKey || key.target.matches?.("select, input")) return;
  if ((key.key === " " || key.key === "Enter") && key.target.matches("button")) return;
  const lane = { ArrowRight: "lane-step", ArrowLeft: "lane-back" }[key.shiftKey ? key.key : ""];
  const name = lane ?? BOUND[key.key];
  if (name) page.act(name);
  else if (/^[1-9]$/.test(key.key)) page.activate(Number(key.key) - 1);
  else return;
  key.preventDefault();
}

async function begin() {
  const page = new Page(await unpacked());
  at("stage").hidden = false;
  at("tools").addEventListener("click", (click) => {
    const name = click.target.closest("button")?.dataset.do;
    if (name) page.act(name);
  });
  at("time").addEventListener("input", (input) => page.goTime((Number(input.target.value) / 1000) * page.end));
  document.addEventListener("keydown", (key) => pressed(page, key));
  at("speed").addEventListener("change", () => { if (page.playing !== null) { page.play(); page.play(); } });
  window.addEventListener("resize", () => page.draw());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => page.lay());
  page.lay();
  document.documentElement.dataset.ready = "yes";
}

begin().catch((error) => {
  at("notice").hidden = false;
  at("notice").textContent = `This page could not be opened here: ${error.message}. It needs a browser from 2023 or later.`;
});
