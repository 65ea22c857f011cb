/** The first of several that can go on: its number, and the value that came. */
function select(signal, ...arms) {
  if (signal?.aborted) return Promise.reject(signal.reason);
  for (const [n, arm] of arms.entries()) {
    try {
      const now = arm.now();
      if (now?.error) return Promise.reject(now.error);
      if (now) return Promise.resolve([n, now.value]);
    } catch (error) {
      return Promise.reject(error);
    }
  }
  return wait(signal, (resolve, reject) => {
    const forget = arms.map((arm, n) => arm.later((value) => resolve([n, value]), reject));
    return () => forget.forEach((forget) => forget());
  });
}
