/** Aborts the controller when the signal is aborted; what it returns forgets about it. */
function follow(signal, controller) {
  const abort = () => controller.abort(signal.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  return () => signal?.removeEventListener('abort', abort);
}
