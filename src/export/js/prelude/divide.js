/** Whole numbers divided, cut off toward zero. */
function divide(a, b) {
  if (b === 0) throw new Error('division by zero');
  return Math.trunc(a / b);
}
