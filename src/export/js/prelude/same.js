/** Lists are the same if their elements are. */
function same(a, b) {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b || (a == null && b == null);
  return a.length === b.length && a.every((value, n) => same(value, b[n]));
}
