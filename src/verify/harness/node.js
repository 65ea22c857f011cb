'use strict';
// Runs programs on this Node's own event loop under a virtual clock, and writes down what they log.
//
//     node --expose-internals --no-warnings harness.js FROM TO     runs p<FROM>.js up to, not including, p<TO>.js
//
// Stock Node does everything: V8's promises, the queues of ticks and promise jobs, libuv's phases, the
// timer lists of lib/internal/timers.js, the immediates. Only what depends on the machine is replaced:
//
// * the clock Node reads for its timers: whole nanoseconds, which move when the loop would sleep in its
//   poll, or when a program works;
// * how long the poll sleeps: not at all, the clock jumps to the next expiry;
// * random draws: those the simulator made, in the same order.
//
// A program uses `block`, `draw`, `drawTime`, `log`, `now`, `run`, `started` and `work` of this module.

const fs = require('node:fs');
const path = require('node:path');
const { internalBinding } = require('internal/test/binding');
const internals = require('internal/timers');

const MS = 1e6;
let clock = 0; // nanoseconds

// ── the clock ────────────────────────────────────────────────────────────────

const binding = internalBinding('timers');
const { processImmediate, processTimers } = internals.getTimerCallbacks(process._tickCallback);
const schedule = binding.scheduleTimer.bind(binding);
const immediates = binding.immediateInfo; // how many, how many that keep the loop alive
const timeouts = binding.timeoutInfo;
const millis = () => Math.floor(clock / MS);
let nextExpiry = Infinity; // of the first timer list
let loopTime = 0; // uv's `loop->time`: read anew by every setTimeout
let uvTimeout = Infinity; // when uv's one timer for all lists is due
let frozen = null; // `now` of a timers phase that was left by an exception
let inTimers = false;
// libuv before 1.48 looks at its heap again after the callback of a timer.
const [major, minor] = process.versions.uv.split('.').map(Number);
const looksAgain = major === 1 && minor < 48;

binding.getLibuvNow = () => (loopTime = millis());
binding.scheduleTimer = (ms) => {
  nextExpiry = Math.min(nextExpiry, millis() + ms);
  uvTimeout = loopTime + ms;
  schedule(inTimers ? 1 : 0);
};

/** The timers phase, as `Environment::RunTimers` calls it. */
function timersPhase() {
  inTimers = true;
  for (let first = true; ; first = false) {
    if (frozen === null) {
      const idle = first && immediates[1] === 0 && nextExpiry !== Infinity;
      if (idle && nextExpiry > millis()) clock = nextExpiry * MS; // the poll has slept until then
      loopTime = frozen = millis();
    }
    nextExpiry = uvTimeout = Infinity;
    const expiry = processTimers(frozen);
    frozen = null;
    if (expiry !== 0) {
      nextExpiry = Math.abs(expiry);
      uvTimeout = loopTime + Math.max(1, nextExpiry - loopTime);
    }
    process._tickCallback(); // what InternalCallbackScope does when RunTimers has returned
    if (looksAgain && uvTimeout <= loopTime) continue;
    if (nextExpiry === Infinity) return 0;
    return expiry > 0 || immediates[1] > 0 || timeouts[0] > 0 ? 1 : -1; // comes again at once
  }
}

function checkPhase() {
  inTimers = false;
  try {
    return processImmediate.apply(this, arguments);
  } finally {
    if (nextExpiry !== Infinity) schedule(0);
  }
}

binding.setupTimers(checkPhase, timersPhase);

// ── what programs use ────────────────────────────────────────────────────────

const out = [];
let program = null;

/** What is left of a program that is over does nothing any more. */
const timers = new Set();
const real = { setTimeout, setImmediate, nextTick: process.nextTick, queueMicrotask };
const alive = (of, callback) => (...given) => (of === program && !of.over ? callback(...given) : undefined);

global.setTimeout = (callback, ms, ...given) => {
  // What the arithmetic of floats leaves of a nanosecond is none.
  const timer = real.setTimeout(alive(program, callback), Math.round(ms * MS) / MS, ...given);
  timers.add(timer);
  return timer;
};
global.setImmediate = (callback, ...given) => real.setImmediate(alive(program, callback), ...given);
global.queueMicrotask = (callback) => real.queueMicrotask(alive(program, callback));
process.nextTick = (callback, ...given) =>
  program === null ? real.nextTick.call(process, callback, ...given)
    : real.nextTick.call(process, alive(program, callback), ...given);

const nanos = () => clock - program.begin;

function log(text) {
  if (program.over) return;
  out.push(`${nanos()} ${String(text).replace(/\r\n|\n|\r/g, '␤')}`);
}

const now = () => nanos() / MS;

function work(ms) {
  // Daemons that are left may run on until the queues are empty; in no time.
  if (program.over) return;
  clock += Math.round(ms * MS);
}

const draw = () => program.draws.shift();
const drawTime = () => draw() / MS;

/** Counts what runs, as the library does where there are daemons: the run is over when only these are left. */
function started(promise, daemon = false, ended = () => {}) {
  const of = program;
  if (daemon) of.daemons++;
  else of.running++;
  const left = (outcome) => {
    if (daemon) of.daemons--;
    else of.running--;
    ended(outcome);
    if (of.running === 0 && of.daemons > 0) over(of);
  };
  promise.then((value) => left({ value }), (error) => left({ error }));
}

function run(main) {
  const of = program;
  const promise = main();
  started(promise, false, (outcome) => {
    if (!outcome.error) return;
    const { name, message } = outcome.error;
    of.status = `error ${name === 'AbortError' ? 'cancelled' : message}`;
  });
  // Nobody handles its failure: the process would die when the queues are empty.
  promise.then();
}

function over(of) {
  of.over = true;
  for (const timer of timers) clearTimeout(timer);
  timers.clear();
}

process.on('unhandledRejection', () => over(program));
process.on('uncaughtException', (error) => {
  if (!program.over) console.error(error);
  over(program);
});

module.exports = { block: work, draw, drawTime, log, now, run, started, work };

// ── programs, one after the other ────────────────────────────────────────────

function readDraws() {
  const lines = fs.readFileSync(path.join(__dirname, 'draws.txt'), 'utf8').split('\n');
  return new Map(lines.filter((line) => line !== '').map((line) => {
    const [number, ...draws] = line.split(' ');
    return [Number(number), draws.map(Number)];
  }));
}

const draws = readDraws();
let [next, end] = process.argv.slice(2).map(Number);

/** The loop has nothing left to do: that was one program, the next begins. */
function advance() {
  if (program !== null) {
    const stuck = !program.over && program.running > 0 && program.status === null;
    out.push(`=${stuck ? 'deadlock' : (program.status ?? 'ok').replace(/[\r\n]/g, '␤')}`);
    over(program);
  }
  fs.writeSync(1, out.map((line) => `${line}\n`).join(''));
  out.length = 0;
  if (next >= end) return;
  const number = next++;
  // In a check phase with all queues empty: what follows is as after the main script.
  real.setImmediate(() => {
    clock = Math.ceil(clock / MS) * MS;
    program = { begin: clock, over: false, running: 0, daemons: 0, status: null, draws: draws.get(number) ?? [] };
    fs.writeSync(1, `@${number}\n`);
    require(`./p${number}.js`);
  });
}

process.on('beforeExit', advance);
