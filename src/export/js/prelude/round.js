/** Halves away from zero. */
const round = (x) => Math.sign(x) * Math.round(Math.abs(x));
