/** When a schedule runs, in the reader's words. */
import { useI18n } from "vue-i18n";

import { told } from "./cron";

export function useCronWords(): (cron: string) => string {
  const { t } = useI18n();
  return (cron) => {
    const { key, about } = told(cron);
    const days = (about.days ?? []).map((day) => t(`cron.day.${day}`)).join(t("cron.and"));
    return t(`cron.words.${key}`, { ...about, days });
  };
}
