/** Computes for so many milliseconds. */
function work(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
