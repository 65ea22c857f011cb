//! Names that a module of JavaScript cannot give away.

/// The words of JavaScript, and every name of its own that an export uses.
#[rustfmt::skip]
pub const RESERVED: &[&str] = &[
    // words
    "arguments", "async", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default",
    "delete", "do", "else", "enum", "eval", "export", "extends", "false", "finally", "for", "function", "if",
    "implements", "import", "in", "instanceof", "interface", "let", "new", "null", "of", "package", "private",
    "protected", "public", "return", "static", "super", "switch", "this", "throw", "true", "try", "typeof",
    "undefined", "var", "void", "while", "with", "yield",
    // what is there
    "AbortController", "AggregateError", "Array", "Atomics", "DOMException", "Error", "Infinity", "Int32Array",
    "Math", "NaN", "Number", "Object", "Promise", "SharedArrayBuffer", "String", "Symbol", "clearTimeout",
    "console", "exports", "global", "globalThis", "module", "performance", "process", "queueMicrotask",
    "require", "setImmediate", "setTimeout", "structuredClone", "__dirname", "__filename",
    // the library
    "Barrier", "Channel", "Completed", "Condition", "Deadline", "Event", "Future", "ITERATED", "Lock", "PLAIN", "Pool", "Worker", "isMainThread", "parentPort", "serve",
    "ReadWriteLock", "Resource", "Semaphore", "Task", "TaskGroup", "Waiters", "after", "assert", "at", "block",
    "cancelled", "choice", "daemons", "divide", "draw", "drawTime", "exponential", "failed", "failure", "follow",
    "joining", "log", "lognormal", "main", "normal", "now", "outcomes", "pareto", "poisson", "race", "random",
    "range", "receiving", "remainder", "round", "run", "running", "same", "select", "sending", "settling",
    "shield", "show", "showFloat", "showTime", "signal", "sleep", "spawn", "spawnDaemon", "started", "uniform",
    "uniformInt", "wait", "waitingFor", "withTimeout", "work", "arm", "value", "error",
];
