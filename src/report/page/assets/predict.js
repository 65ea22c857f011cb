// Predict mode: what comes is hidden until the learner has said who runs next.

class Predict {
  constructor(place) {
    this.place = place;
    this.on = false;
    /** The position at which the last answer was given. */
    this.answered = null;
    this.right = 0;
    this.asked = 0;
  }

  /** Is there a question at the position of the view? */
  asks(view) {
    return this.on && this.answered !== view.at && view.run.decides[view.at] === 1 && view.ready().length > 1;
  }

  /** How far a move from the view may go: up to the next question. */
  limit(view, to) {
    if (!this.on) return to;
    const probe = new View(view.run);
    probe.now.set(view.now);
    probe.at = view.at;
    while (probe.at < to) {
      if (probe.at !== view.at && this.asks(probe)) break;
      const { first, task } = view.run.changes;
      for (let n = first[probe.at]; n < first[probe.at + 1]; n++) probe.now[task[n]] = n;
      probe.at += 1;
    }
    return probe.at;
  }

  /** Shows the question, or nothing. */
  show(view, going) {
    this.place.hidden = !this.asks(view);
    if (this.place.hidden) return;
    const { run } = view;
    const truth = run.task[view.at];
    const ready = view.ready();
    const shown = ready.slice(0, 12);
    if (!shown.includes(truth)) shown[11] = truth;
    const worker = run.workers[run.worker[view.at]]?.name ?? "a worker";
    const question = element("p", "", `${show(run.clock(view.at))}: ${ready.length} tasks are ready. Who runs next on ${worker}?`);
    const answers = element("div", "answers", ...shown.map((task) => {
      const button = element("button", "", run.tasks[task]);
      button.addEventListener("click", () => this.answer(view, task === truth, truth, going));
      return button;
    }));
    this.place.replaceChildren(question, answers);
    answers.querySelector("button").focus();
  }

  answer(view, right, truth, going) {
    const { run } = view;
    this.answered = view.at;
    this.asked += 1;
    this.right += right ? 1 : 0;
    const verdict = element("p", right ? "right" : "wrong", right ? "Right." : `No: ${run.tasks[truth]}.`);
    const go = element("button", "", "go on");
    go.addEventListener("click", going);
    const score = ` (${this.right} of ${this.asked} right)`;
    this.place.replaceChildren(verdict, element("p", "", `The rule: ${run.rule}`), go, score);
    go.focus();
  }
}
