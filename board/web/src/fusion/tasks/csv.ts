/** Names as one line of CSV, as the node takes them. */
export function line(names: string[]): string {
  return names.map((name) => (/[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)).join(",");
}
