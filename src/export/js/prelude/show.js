/** A value as text. */
function show(value) {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (value instanceof Error || value instanceof DOMException) {
    return value.name === 'AbortError' ? 'cancelled' : value.message;
  }
  return String(value);
}
