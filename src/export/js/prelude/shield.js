/** Waits for a promise that does not stop when who waits is aborted. */
function shield(promise, signal) {
  const passed = wait(signal, (resolve, reject) => {
    promise.then(resolve, reject);
    return () => {};
  });
  if (signal?.aborted) promise.catch(() => {});
  return passed;
}
