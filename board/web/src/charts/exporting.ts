/** What a chart can be taken away as. */
import type { Values } from "@/api/types";

const SCALE = 2; // pixels of a PNG for each of the page

/** RFC 4180, one line an x; numbers in full precision. */
export function csv(x: Values, series: Values[]): string {
  const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const head = [x, ...series].map((column) => cell(column.name)).join(",");
  const lines = x.values.map((at, index) => [at, ...series.map((line) => line.values[index] ?? "")].join(","));
  return [head, ...lines, ""].join("\r\n");
}

export function save(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Draws an SVG on the page's ground, twice as large. */
export async function png(source: string, drawn: SVGElement): Promise<Blob> {
  const { width, height } = drawn.getBoundingClientRect();
  const picture = new Image();
  // The page's policy lets pictures come from data, not from blobs.
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: width * SCALE, height: height * SCALE });
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser draws no canvas");
  pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--card").trim();
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture could not be made"))), "image/png");
  });
}
