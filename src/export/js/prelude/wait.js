/** A promise that is settled by what `register` is given, or rejected when the signal is aborted. */
function wait(signal, register) {
  if (signal?.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const end = (how) => (value) => {
      signal?.removeEventListener('abort', abort);
      forget();
      how(value);
    };
    const abort = () => end(reject)(signal.reason);
    signal?.addEventListener('abort', abort);
    const forget = register(end(resolve), end(reject));
  });
}
