import type en from "../en/cron";

const zh: typeof en = {
  cron: {
    when: "时间",
    hint: "五个字段：分、时、日、月、星期。例如 0 6 * * 1-5。",
    timezone: "时区",
    unreadable: "这不是可识别的五个字段。",
    words: {
      everyMinute: "每分钟",
      everyMinutes: "每 {n} 分钟",
      hourly: "每小时第 {minute} 分",
      everyHours: "每 {n} 小时的第 {minute} 分",
      daily: "每天 {time}",
      weekdays: "周一至周五 {time}",
      weekly: "每{days} {time}",
      monthly: "每月 {day} 日 {time}",
      other: "按表达式 {cron}",
    },
    and: "和",
    day: { 0: "周日", 1: "周一", 2: "周二", 3: "周三", 4: "周四", 5: "周五", 6: "周六" },
    preset: {
      label: "常用",
      own: "自定义",
      daily: "每天 02:00",
      weekdays: "周一至周五 06:00",
      weekly: "每周一 06:00",
      monthly: "每月 1 日 03:00",
      hourly: "每小时",
    },
  },
};

export default zh;
