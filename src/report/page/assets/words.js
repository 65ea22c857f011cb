// Events and times in words.

const UNITS = [["h", 3600e9], ["min", 60e9], ["s", 1e9], ["ms", 1e6], ["us", 1e3], ["ns", 1]];

/** As cosim writes durations: 1h30min, 2min, 1.5s, 20ms. */
function show(nanos) {
  let rest = Math.round(nanos);
  if (rest === 0) return "0s";
  let out = "";
  if (rest >= 60e9) {
    for (const [unit, size] of UNITS.slice(0, 3)) {
      const n = Math.floor(rest / size);
      if (n > 0) out += n + unit;
      rest -= n * size;
    }
    if (rest === 0) return out;
  }
  const [unit, size] = UNITS.find(([, size]) => rest >= size) ?? UNITS[5];
  return out + String(Number((rest / size).toFixed(9))) + unit;
}

/** One event as a sentence without a full stop. */
function told(run, at) {
  const task = run.task[at] < 0 ? "" : run.tasks[run.task[at]];
  const other = run.other[at] < 0 ? null : run.tasks[run.other[at]];
  const text = run.text[at] < 0 ? "" : run.texts[run.text[at]];
  const worker = run.workers[run.worker[at]]?.name ?? "a worker";
  const object = run.object[at] < 0 ? "" : run.objectName(run.object[at]);
  const change = run.changes.first[at];
  const awaited = run.changes.object[change] >= 0 ? run.objectName(run.changes.object[change]) : text;
  const verbs = {
    worker: () => `${worker} is there`,
    spawn: () => (other ? `${other} spawns ${task}` : `${task} begins`),
    switch: () => `${worker} changes to ${task}: ${text}`,
    run: () => `${worker} runs ${task}`,
    work: () => `${task} computes: ${text}`,
    block: () => `${task} waits and keeps its worker: ${text}`,
    resume: () => `${task} goes on`,
    preempt: () => `${task} loses its worker`,
    yield: () => `${task} lets others go first`,
    wait: () => `${task} waits${awaited ? `: ${awaited}` : ""} (${run.changes.stance[change]})`,
    wake: () => (other ? `${other} wakes ${task}` : `${task} is ready: its time has come`),
    done: () => `${task} is done`,
    fail: () => `${task} fails: ${text}`,
    cancelled: () => `${task} ends: cancelled`,
    cancel: () => `${task} cancels ${other}`,
    acquire: () => `${task} has ${object}`,
    release: () => `${task} gives ${object} back`,
    send: () => `${task} sends into ${object}`,
    recv: () => `${task} takes from ${object}`,
    log: () => `${task} says: ${text}`,
    observe: () => `${task} notes ${text}`,
    decision: () => `the runtime chooses: ${text}`,
    queue: () => `${task} stands in line: ${run.changes.queue[change]}`,
  };
  return (verbs[run.kind[at]] ?? (() => run.kind[at]))();
}

/** An element with a class and what is in it: texts are texts, never markup. */
function element(tag, name, ...inside) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...inside);
  return made;
}
