/** Five cron fields in words, where there are words for them. */
export interface Told {
  key: "everyMinute" | "everyMinutes" | "hourly" | "everyHours" | "daily" | "weekdays" | "weekly" | "monthly" | "other";
  about: { n?: number; minute?: string; time?: string; day?: number; days?: number[]; cron?: string };
}

export const PRESETS: [name: "daily" | "weekdays" | "weekly" | "monthly" | "hourly", cron: string][] = [
  ["daily", "0 2 * * *"],
  ["weekdays", "0 6 * * 1-5"],
  ["weekly", "0 6 * * 1"],
  ["monthly", "0 3 1 * *"],
  ["hourly", "0 * * * *"],
];

const NAMES = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const FIELD = /^[\d*/,\-a-z]+$/i;

/** Whether it looks like five fields; the board has the last word. */
export function readable(cron: string): boolean {
  const fields = cron.trim().split(/\s+/);
  return fields.length === 5 && fields.every((field) => FIELD.test(field));
}

export function told(cron: string): Told {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = cron.trim().split(/\s+/);
  const other: Told = { key: "other", about: { cron } };
  if (!readable(cron) || month !== "*") return other;
  const always = day === "*" && weekday === "*";
  const every = (field: string): number => Number(/^\*\/(\d+)$/.exec(field)?.[1] ?? 0);
  if (always && hour === "*") {
    if (minute === "*") return { key: "everyMinute", about: {} };
    if (every(minute)) return { key: "everyMinutes", about: { n: every(minute) } };
    if (number(minute, 59)) return { key: "hourly", about: { minute: two(minute) } };
  }
  if (!number(minute, 59)) return other;
  if (always && every(hour)) return { key: "everyHours", about: { n: every(hour), minute: two(minute) } };
  if (!number(hour, 23)) return other;
  const time = `${two(hour)}:${two(minute)}`;
  if (always) return { key: "daily", about: { time } };
  if (weekday === "*" && number(day, 31)) return { key: "monthly", about: { day: Number(day), time } };
  if (day !== "*") return other;
  const days = weekdays(weekday);
  if (!days) return other;
  if (days.join() === "1,2,3,4,5") return { key: "weekdays", about: { time } };
  return { key: "weekly", about: { days, time } };
}

function number(field: string, most: number): boolean {
  return /^\d+$/.test(field) && Number(field) <= most;
}

function two(field: string): string {
  return field.padStart(2, "0");
}

/** Days as numbers, Sunday 0 as in crontab; undefined when it cannot be read. */
function weekdays(field: string): number[] | undefined {
  const found = new Set<number>();
  for (const part of field.toLowerCase().split(",")) {
    const [from, to = from] = part.split("-").map(dayOf);
    if (from === undefined || to === undefined || to < from) return undefined;
    for (let day = from; day <= to; day += 1) found.add(day % 7);
  }
  return [...found].sort((one, two) => one - two);
}

function dayOf(text: string): number | undefined {
  const named = NAMES.indexOf(text);
  return named >= 0 ? named : number(text, 7) ? Number(text) : undefined;
}
