/** A key rule as a sentence. */
import { useI18n } from "vue-i18n";

import { isPlain } from "../align/cleaning";
import { HASHES } from "../align/hashes";
import type { Cleaning, KeyRule } from "../types";

export function useRuleWords(): (rule: KeyRule) => string {
  const { t } = useI18n();
  const cleaningWords = useCleaningWords();
  const cleaned = (rule: KeyRule): string[] =>
    // A rule of an older node, or one that cleans nothing, says nothing of it.
    (rule.clean ?? []).flatMap((cleaning, place) => {
      if (isPlain(cleaning)) return [];
      const what = cleaningWords(cleaning);
      return [rule.columns > 1 ? t("fusion.rule.said.ofColumn", { number: place + 1, what }) : what];
    });
  return (rule) =>
    [
      t("fusion.rule.said.columns", rule.columns),
      t(rule.trim ? "fusion.rule.said.trim" : "fusion.rule.said.noTrim"),
      ...cleaned(rule),
      t(`fusion.rule.cases.${rule.case}`),
      ...(rule.form === "none" ? [] : [t(`fusion.rule.forms.${rule.form}`)]),
      ...(rule.hash && rule.hash !== "none" ? [t("fusion.rule.said.hash", { hash: HASHES[rule.hash] })] : []),
    ].join(t("fusion.rule.said.comma"));
}

/** What is taken out of a column's values. */
export function useCleaningWords(): (cleaning: Cleaning) => string {
  const { t } = useI18n();
  return ({ keep, prefixes, rest_at_least }) =>
    [
      ...(keep === "all" ? [] : [t(`fusion.rule.keeps.${keep}`)]),
      ...(prefixes.length
        ? [t("fusion.rule.said.prefixes", { prefixes: prefixes.join(" / "), rest: rest_at_least })]
        : []),
    ].join(t("fusion.rule.said.comma"));
}
