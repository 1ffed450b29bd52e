/** What a CSV file's first line says, so that people choose columns by name instead of typing them. */

/** Splits one CSV line; quotes may hold the separator. */
export function columnsOf(line: string, separator = ","): string[] {
  const names: string[] = [];
  let name = "";
  let quoted = false;
  for (let place = 0; place < line.length; place += 1) {
    const sign = line[place] ?? "";
    if (sign === '"' && quoted && line[place + 1] === '"') {
      name += '"';
      place += 1;
    } else if (sign === '"') quoted = !quoted;
    else if (sign === separator && !quoted) {
      names.push(name.trim());
      name = "";
    } else name += sign;
  }
  return [...names, name.trim()].filter(Boolean);
}

const HEAD_BYTES = 64 * 1024;

/** Reads the column names of a CSV file; nothing for other kinds of file. */
export async function readColumns(file: File, encoding: string): Promise<string[]> {
  if (!/\.(csv|txt)$/i.test(file.name)) return [];
  const head = await file.slice(0, HEAD_BYTES).arrayBuffer();
  const line =
    new TextDecoder(encoding || "utf-8")
      .decode(head)
      .replace(/^\uFEFF/, "")
      .split(/\r?\n/, 1)[0] ?? "";
  return columnsOf(line);
}

/** Guesses which column names the rows. */
export function likelyId(columns: string[]): string {
  return columns.find((column) => /^(id|.*_id|uid|编号)$/i.test(column)) ?? columns[0] ?? "";
}

/** Guesses which column is the label. */
export function likelyLabel(columns: string[]): string {
  return columns.find((column) => /^(y|label|target|class|default.*|.*_label|标签)$/i.test(column)) ?? "";
}
