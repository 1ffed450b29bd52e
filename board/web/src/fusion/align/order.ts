/** A list with one item moved a place up or down; at the ends it stays. */
export function moved<T>(list: T[], place: number, by: -1 | 1): T[] {
  const [one, two] = [list[place], list[place + by]];
  if (one === undefined || two === undefined) return list;
  const made = [...list];
  made[place] = two;
  made[place + by] = one;
  return made;
}
