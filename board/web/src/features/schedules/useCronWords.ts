/** When a schedule runs, in the reader's words. */
import { useI18n } from "vue-i18n";

import { told } from "./cron";

export function useCronWords(): (cron: string) => string {
  const { t } = useI18n();
  return (cron) => {
    const { key, about } = told(cron);
    const days = (about.days ?? []).map((day) => t(`schedules.day.${day}`)).join(t("schedules.and"));
    return t(`schedules.words.${key}`, { ...about, days });
  };
}
