let running = 0;
let daemons = 0;

/** Counts what runs: when only daemons are left, the process ends. */
function started(promise, daemon = false, ended = () => {}) {
  if (daemon) daemons++;
  else running++;
  const over = (outcome) => {
    if (daemon) daemons--;
    else running--;
    ended(outcome);
    if (running === 0 && daemons > 0) process.exit();
  };
  promise.then((value) => over({ value }), (error) => over({ error }));
}
