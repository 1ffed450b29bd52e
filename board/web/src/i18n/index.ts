/** English and Chinese; the choice is kept, else the browser's language decides. */
import { shallowRef } from "vue";
import { createI18n } from "vue-i18n";

import type { Sentences } from "./sentences";

export type Language = "en" | "zh";
const KEY = "hanse.language";

export function startLanguage(): Language {
  const kept = localStorage.getItem(KEY);
  if (kept === "en" || kept === "zh") return kept;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export const i18n = createI18n({
  legacy: false,
  locale: startLanguage(),
  fallbackLocale: "en",
  messages: { en: {}, zh: {} },
});

/** Gives the pages of one service their words. */
export function learn(words: Record<Language, object>): void {
  i18n.global.mergeLocaleMessage("en", words.en);
  i18n.global.mergeLocaleMessage("zh", words.zh);
}

// Only Chinese needs them, so they are no part of the first load; until they are here, and without them, it is English.
const sentences = shallowRef<Sentences>();

async function loadSentences(): Promise<void> {
  const { Sentences } = await import("./sentences");
  const [catalogue, chinese] = await Promise.all([import("./sentences.json"), import("./zh/sentences")]);
  const { t, te } = i18n.global;
  sentences.value = new Sentences(catalogue.default, chinese.default, (key) => (te(key, "zh") ? t(key) : ""));
}

/** What a service told in English, in the reader's language; `about` is an error's code or a list of the catalogue. */
export function said(text: string, about?: string): string {
  return (text && i18n.global.locale.value === "zh" && sentences.value?.say(text, about)) || text;
}

export function setLanguage(language: Language): void {
  if (language === "zh" && !sentences.value) void loadSentences().catch(() => undefined);
  i18n.global.locale.value = language;
  localStorage.setItem(KEY, language);
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}
