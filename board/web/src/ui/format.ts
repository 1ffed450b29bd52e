/** Numbers, times and sizes for people, in their language. */
import { i18n } from "@/i18n";

function locale(): string {
  return i18n.global.locale.value === "zh" ? "zh-CN" : "en-GB";
}

export function number(value: number, digits = 0): string {
  return value.toLocaleString(locale(), { maximumFractionDigits: digits, minimumFractionDigits: digits });
}

/** A decimal text as it is, with its thousands apart: no digit is lost, as one would be in a floating-point number. */
export function decimal(text: string): string {
  const [, sign, whole, rest = ""] = /^(-?)(\d+)(\.\d+)?$/.exec(text) ?? [];
  return whole === undefined ? text : `${sign ?? ""}${BigInt(whole).toLocaleString(locale())}${rest}`;
}

/** A measured number in so many significant digits, without powers of ten as long as people can read it. */
export function figure(value: number, digits = 5): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return number(value);
  const size = Math.abs(value);
  if (size >= 1e9 || (size > 0 && size < 1e-4)) return value.toPrecision(digits);
  return value.toLocaleString(locale(), {
    maximumSignificantDigits: Math.max(digits, Math.floor(Math.log10(size)) + 1),
  });
}

/** A figure of a report: counts whole, others with four decimals unless these would say too little or too much. */
export function measured(value: number): string {
  if (Number.isInteger(value)) return number(value);
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e3 ? number(value, 4) : figure(value);
}

export function when(ms: number, seconds = false): string {
  return ms
    ? new Date(ms).toLocaleString(locale(), { dateStyle: "medium", timeStyle: seconds ? "medium" : "short" })
    : "";
}

export function utc(ms: number): string {
  return ms
    ? new Date(ms)
        .toISOString()
        .replace("T", " ")
        .replace(/\.\d+Z/, " UTC")
    : "";
}

export function duration(startedMs: number, endedMs: number): string {
  if (!startedMs) return "";
  const seconds = Math.max(0, ((endedMs || Date.now()) - startedMs) / 1000);
  const [minute, second] = locale() === "zh-CN" ? ["分", "秒"] : ["min", "s"];
  if (seconds < 60) return `${seconds.toFixed(1)} ${second}`;
  return `${Math.floor(seconds / 60)} ${minute} ${Math.floor(seconds % 60)} ${second}`;
}

/** A length of time, as roughly as people say it. */
export function whole(ms: number): string {
  const [hour, minute, second] = locale() === "zh-CN" ? ["小时", "分", "秒"] : ["h", "min", "s"];
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${Math.max(1, seconds < 10 ? seconds : Math.round(seconds / 5) * 5)} ${second}`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} ${minute}` : `${Math.floor(minutes / 60)} ${hour} ${minutes % 60} ${minute}`;
}

export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${number(value, unit ? 1 : 0)} ${units[unit] ?? ""}`;
}

export function milliseconds(value: number): string {
  return `${number(value, 1)} ms`;
}

/** A fingerprint in groups, as people read it out over the telephone. */
export function fingerprint(hex: string): string {
  return hex.match(/.{1,8}/g)?.join(" ") ?? "";
}
