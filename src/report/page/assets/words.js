// Times in words, and the making of elements.

const UNITS = [["h", 3600e9], ["min", 60e9], ["s", 1e9], ["ms", 1e6], ["us", 1e3], ["ns", 1]];

/** As cosim writes durations: 1h30min, 2min, 1.5s, 20ms. */
function show(nanos) {
  let rest = Math.round(nanos);
  if (rest === 0) return "0s";
  let out = "";
  if (rest >= 60e9) {
    for (const [unit, size] of UNITS.slice(0, 3)) {
      const n = Math.floor(rest / size);
      if (n > 0) out += n + unit;
      rest -= n * size;
    }
    if (rest === 0) return out;
  }
  const [unit, size] = UNITS.find(([, size]) => rest >= size) ?? UNITS[5];
  return out + String(Number((rest / size).toFixed(9))) + unit;
}

/** An element with a class and what is in it: texts are texts, never markup. */
function element(tag, name, ...inside) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...inside);
  return made;
}
