/** A key rule as a sentence. */
import { useI18n } from "vue-i18n";

import { HASHES } from "../align/hashes";
import type { KeyRule } from "../types";

export function useRuleWords(): (rule: KeyRule) => string {
  const { t } = useI18n();
  return (rule) =>
    [
      t("fusion.rule.said.columns", rule.columns),
      t(rule.trim ? "fusion.rule.said.trim" : "fusion.rule.said.noTrim"),
      t(`fusion.rule.cases.${rule.case}`),
      ...(rule.form === "none" ? [] : [t(`fusion.rule.forms.${rule.form}`)]),
      ...(rule.hash && rule.hash !== "none" ? [t("fusion.rule.said.hash", { hash: HASHES[rule.hash] })] : []),
    ].join(t("fusion.rule.said.comma"));
}
