/** The process does not wait for it. */
const spawnDaemon = (start) => new Task(start, undefined, true);
