/** What a file's name tells of it. */

/** The name without folder and ending, as a data set is called until somebody gives another name. */
export function nameFrom(fileName: string): string {
  return fileName.replace(/^.*[/\\]/, "").replace(/\.(csv|txt|tsv|parquet|xlsx|xlsm)$/i, "");
}

/** Whether it is a workbook, of which a sheet can be named. */
export function isWorkbook(fileName: string): boolean {
  return /\.xls[xm]$/i.test(fileName);
}

/** Whether it is text, of which the encoding can be said. */
export function isText(fileName: string): boolean {
  return !isWorkbook(fileName) && !/\.(parquet|pq|xls)$/i.test(fileName);
}

/** The sheet that is meant without asking: the only one with rows, or none. */
export function onlySheet(sheets: { name: string; has_rows: boolean }[]): string {
  const full = sheets.filter((sheet) => sheet.has_rows);
  return full.length === 1 ? (full[0]?.name ?? "") : "";
}
