/** English and Chinese; the choice is kept, else the browser's language decides. */
import { createI18n } from "vue-i18n";

import en from "./en";
import zh from "./zh";

export type Language = "en" | "zh";
const KEY = "hanse.language";

export function startLanguage(): Language {
  const kept = localStorage.getItem(KEY);
  if (kept === "en" || kept === "zh") return kept;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export const i18n = createI18n({ legacy: false, locale: startLanguage(), fallbackLocale: "en", messages: { en, zh } });

export function setLanguage(language: Language): void {
  i18n.global.locale.value = language;
  localStorage.setItem(KEY, language);
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}
