// What stands beside the timelines: the program with its tasks, the lines, the sentence of a wait.

/** So many tasks are shown one by one; the rest is counted. */
const SHOWN = 24;

/** Tasks as chips. */
function chips(run, tasks, chosen, note = () => "") {
  const shown = tasks.slice(0, SHOWN).map((task) => {
    const chip = element("span", task === chosen ? "chip chosen" : "chip", run.tasks[task] + note(task));
    chip.title = run.tasks[task];
    return chip;
  });
  return tasks.length > SHOWN ? [...shown, ` and ${tasks.length - SHOWN} more`] : shown;
}

/** The program: built once, then only what changes is changed. */
class Program {
  constructor(place, text) {
    this.place = place;
    this.marked = [];
    this.lines = text.replace(/\n$/, "").split("\n").map((line, n) => {
      const tasks = element("span", "tasks");
      const row = element("div", "line", element("span", "number", String(n + 1)), element("code", "", line), tasks);
      return { row, tasks };
    });
    place.replaceChildren(...this.lines.map((line) => line.row));
  }

  show(view, task) {
    const at = new Map();
    view.now.forEach((change, other) => {
      const line = change < 0 || OVER.has(view.stance(other)) ? -1 : view.line(other);
      if (line > 0) at.set(line, [...(at.get(line) ?? []), other].slice(0, SHOWN * 20));
    });
    this.marked.forEach(({ row, tasks }) => { row.classList.remove("here"); tasks.replaceChildren(); });
    this.marked = [];
    for (const [line, tasks] of at) {
      const entry = this.lines[line - 1];
      if (!entry) continue;
      const first = tasks.includes(task) ? [task, ...tasks.filter((other) => other !== task)] : tasks;
      entry.tasks.replaceChildren(...chips(view.run, first.slice(0, 6), task));
      if (first.length > 6) entry.tasks.append(` +${first.length - 6}`);
      if (tasks.includes(task)) entry.row.classList.add("here");
      this.marked.push(entry);
    }
    const here = this.lines[view.line(task) - 1]?.row;
    if (here) this.reveal(here);
  }

  /** Scrolls the program, never the page. */
  reveal(row) {
    const top = row.offsetTop - this.place.offsetTop;
    const { scrollTop, clientHeight } = this.place;
    if (top < scrollTop || top + row.offsetHeight > scrollTop + clientHeight) {
      this.place.scrollTop = top - clientHeight / 2;
    }
  }
}

/** Who stands in which line; who has what. */
function showLines(place, view, task) {
  const { run } = view;
  const rows = [];
  run.workers.forEach((worker, number) => {
    const on = view.onWorker(number);
    if (on < 0 || rows.length > 2 * SHOWN) return;
    const how = view.stance(on) === "running" ? "" : ` (${view.stance(on)}, held)`;
    rows.push(element("dt", "", worker.name), element("dd", "", ...chips(run, [on], task), how));
  });
  for (const line of view.lines().slice(0, 40)) {
    const name = element("dt", "", line.name);
    const inside = [];
    if (line.object !== undefined) {
      const item = view.shared.get(line.object) ?? { holders: [], items: 0 };
      const size = run.objects[line.object]?.size;
      if (item.items > 0) inside.push(`${item.items}${size ? ` of ${size}` : ""} inside `);
      if (item.holders.length > 0) inside.push("has it: ", ...chips(run, item.holders, task), " ");
      if (line.tasks.length > 0) inside.push("waits: ");
    }
    const note = line.timers ? (waiter) => ` until ${show(view.until(waiter))}` : undefined;
    const waiting = element("span", "waiting", ...chips(run, line.tasks, task, note));
    rows.push(name, element("dd", "", ...inside, waiting));
  }
  if (rows.length === 0) place.replaceChildren("Nobody waits for anything.");
  else place.replaceChildren(element("dl", "", ...rows));
}

/** The sentence of a wait, and a way to the event that ended it; without one the most telling of the run. */
function showWhy(place, run, wait, go) {
  if (wait < 0) {
    place.replaceChildren(...run.telling.map((sentence) => element("p", "", sentence)),
      element("p", "folded", "Click a wait in a timeline, or choose a lane and press w."));
    return;
  }
  const { sentence, by, last } = run.waits;
  const parts = [element("p", "", sentence[wait])];
  if (last[wait] >= 0) {
    const whom = by[wait] < 0 ? "its end" : `${run.tasks[by[wait]]}, who ended it`;
    const button = element("button", "", `go to ${whom}`);
    button.addEventListener("click", () => go(last[wait] + 1));
    parts.push(button);
  }
  place.replaceChildren(...parts);
}
