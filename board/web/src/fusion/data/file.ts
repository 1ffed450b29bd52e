/** What a file's name tells of it. */

/** The name without folder and ending, as a data set is called until somebody gives another name. */
export function nameFrom(fileName: string): string {
  return fileName.replace(/^.*[/\\]/, "").replace(/\.(csv|txt|tsv|parquet|xlsx)$/i, "");
}

/** Whether it is a workbook, of which a sheet can be named. */
export function isWorkbook(fileName: string): boolean {
  return /\.xlsx$/i.test(fileName);
}
