/** Milliseconds since the start. */
const now = () => performance.now();
