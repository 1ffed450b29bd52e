/** Long lists of names. */

/** From how many on a list has a box that filters it. */
export const MANY = 12;

/** Those that hold what is sought, whatever the case; all where nothing is. */
export function fitting(names: string[], sought: string): string[] {
  const wanted = sought.trim().toLocaleLowerCase();
  return wanted ? names.filter((name) => name.toLocaleLowerCase().includes(wanted)) : names;
}
