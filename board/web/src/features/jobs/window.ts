/** Which rows of a very long list are seen; browsers allow only so much height, so a long list scrolls faster. */
export const ROW = 21;
const MOST_PX = 8_000_000;

export function heightOf(rows: number): number {
  return Math.min(rows * ROW, MOST_PX);
}

/** The first row at a place of the scroll bar. */
export function firstRow(rows: number, top: number, view: number): number {
  const height = heightOf(rows);
  const shown = Math.ceil(view / ROW);
  if (height <= view || rows <= shown) return 0;
  const share = Math.min(1, Math.max(0, top / (height - view)));
  return Math.min(rows - shown, Math.max(0, Math.floor(share * (rows - shown + 1))));
}

/** The place of the scroll bar at which a row comes first. */
export function topOf(rows: number, row: number, view: number): number {
  const shown = Math.ceil(view / ROW);
  if (rows <= shown) return 0;
  return (Math.min(row, rows - shown) / (rows - shown)) * (heightOf(rows) - view);
}
