/** A number that is not counted with: `2.0`. */
function showFloat(x) {
  if (typeof x !== 'number') return show(x);
  return Number.isInteger(x) && Math.abs(x) < 1e16 ? x.toFixed(1) : String(x);
}
