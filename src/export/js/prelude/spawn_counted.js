/** Lets an async function go on by itself; who awaits it is told of a failure, nobody else is. */
function spawn(promise) {
  started(promise);
  return promise;
}
