/** Milliseconds in the largest unit that fits: `1.5s`. */
function showTime(ms) {
  if (typeof ms !== 'number') return show(ms);
  const nanos = Math.round(ms * 1e6);
  if (nanos === 0) return '0s';
  const units = [[86400e9, 'd'], [3600e9, 'h'], [60e9, 'min'], [1e9, 's'], [1e6, 'ms'], [1e3, 'us'], [1, 'ns']];
  let left = Math.abs(nanos);
  let text = nanos < 0 ? '-' : '';
  for (const [size, unit] of units) {
    if (size > 1e9) {
      const whole = Math.floor(left / size);
      left -= whole * size;
      if (whole > 0) text += `${whole}${unit}`;
    } else if (left >= size) {
      return `${text}${Number((left / size).toFixed(9))}${unit}`;
    }
  }
  return text;
}
