import type en from "../en/schedules";

const zh: typeof en = {
  schedules: {
    page: "定时任务",
    new: "新建定时",
    first: "还没有定时：让流程按时间运行。",
    flow: "流程",
    create: "创建定时",
    next: "接下来的运行",
    last: "最近的运行",
    never: "尚未运行过。",
    off: "已暂停。",
    pause: "暂停",
    goOn: "恢复",
    change: "修改",
    deleteWords: "“{name}”不再定时运行。已启动的任务继续进行。",
    frozen: "每次运行都使用创建定时时的流程。",
    data: "数据",
    lastData: "最近一次任务读取的数据",
    runNow: "立即运行",
    ahead: "首次运行之前",
    retries: "运行失败时",
    noRetry: "不重试",
    retryCount: "最多重试 {n} 次",
    tried: "已重试 {n} 次",
    canAct: "须由 {party} 处理",
    window: {
      label: "每次运行读取哪些数据",
      fixed: "固定版本",
      newest: "各数据集的最新版本",
      fixedWords: "每次运行都读取创建定时时的版本。",
      newestWords:
        "在授权涵盖新版本的前提下，各方提供其最新版本；所用的列必须仍然存在。不符合条件的运行会被拒绝并注明原因，定时继续等待下一次运行。",
      age: "不早于多少天",
      anyAge: "不限",
      ageWords: "若某数据集的最新版本早于此天数，则拒绝该次运行。",
      atMost: "不早于 {n} 天",
    },
  },
};

export default zh;
