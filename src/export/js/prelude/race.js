/** The first that ends; the others are aborted. */
async function race(outer, ...starts) {
  if (starts.length === 0) throw new Error('`race` needs at least one task');
  const controller = new AbortController();
  const forget = follow(outer, controller);
  try {
    return await Promise.race(starts.map((start) => start(controller.signal)));
  } finally {
    controller.abort();
    forget();
  }
}
