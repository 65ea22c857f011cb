/** An element that has to be there. */
function at(list, index) {
  if (Number.isInteger(index) && index >= 0 && index < list.length) return list[index];
  const last = list.length - 1;
  const elements = list.length === 1 ? 'element' : 'elements';
  if (list.length === 0) throw new Error(`index ${index} is out of range: the list is empty`);
  throw new Error(`index ${index} is out of range: the list has ${list.length} ${elements}, 0 to ${last}`);
}
