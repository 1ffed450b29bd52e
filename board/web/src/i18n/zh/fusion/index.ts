import type en from "../../en/fusion";
import common from "../common";
import cron from "../cron";
import errors from "../errors";
import align from "./align";
import node from "./node";
import protocols from "./protocols";
import sums from "./sums";
import tables from "./tables";
import tasks from "./tasks";

const zh: typeof en = {
  ...common,
  ...cron,
  ...errors,
  nav: {
    home: "首页",
    partners: "合作方",
    data: "数据",
    tables: "预制表",
    alignments: "样本对齐",
    schedules: "定时",
    record: "外发记录",
    protocols: "协议",
  },
  fusion: { ...node, ...align, ...sums, ...tables, ...tasks, ...protocols },
};

export default zh;
