/** What `start` gives, or a failure when it takes too long. */
async function withTimeout(ms, outer, start) {
  const deadline = new Deadline(ms, outer);
  try {
    return await start(deadline.signal);
  } catch (error) {
    throw deadline.expired(error) ? new Error('timeout') : error;
  } finally {
    deadline.clear();
  }
}
