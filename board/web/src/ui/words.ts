/** Words that come from the kernel or the board in English, in the reader's language where we know them. */
import { useI18n } from "vue-i18n";

import type { Words } from "@/api/types";
import { said } from "@/i18n";

export function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
}

export interface Reader {
  /** One word or title of a report. */
  told: (text: string) => string;
  /** What a task is doing. */
  doing: (step: string) => string;
  /** A text that carries both languages. */
  pick: (words: Words | undefined) => string;
}

export function useWords(): Reader {
  const { locale, t, te } = useI18n();
  return {
    told: (text) => {
      const overlap = /^overlap of (.+)$/.exec(text)?.[1];
      if (overlap) return t("word.overlap", { who: overlap.replaceAll(" and ", ", ") });
      const [, head = text, threshold] = /^(.*?)(?: at ([\d.e-]+))?$/.exec(text) ?? [];
      const key = `word.${slug(head)}`;
      return (te(key) ? t(key) : said(head)) + (threshold ? ` (${threshold})` : "");
    },
    doing: (step) => said(step, "steps"),
    pick: (words) => (words ? words[locale.value === "zh" ? "zh" : "en"] || words.en : ""),
  };
}
