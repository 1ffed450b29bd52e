/** 结果：图表、阈值、联合建模的增益、比较与报告。 */
import type en from "../en/results";

const zh: typeof en = {
  results: {
    none: "这个节点任务在我方没有报告。报告只留在有权查看的一方。",
    notYet: "还没有报告。",
    notOurs: "这个节点任务不在我方运行。",
    parameters: "参数",
    log: "我方日志",
    json: "下载报告（JSON）",
    numbers: "数值",
    more: "显示了 {all} 行中的 {shown} 行。",
  },
  charts: { take: "将“{title}”下载为 {kind}" },
  classification: {
    threshold: "阈值",
    best: "KS 最大处",
    reset: "恢复为 {threshold}",
    interval: "AUC {auc}，95% 置信区间 {low} 至 {high}",
    precision: "精确率",
    recall: "召回率",
    fallOut: "假正率",
    f1: "F1 值",
    accuracy: "准确率",
    share: "判为正例的占比",
    lift: "提升度",
    confusion: "混淆矩阵",
    calledNegative: "判为负例",
    calledPositive: "判为正例",
    negative: "实际负例",
    positive: "实际正例",
  },
  gain: {
    title: "联合建模的增益",
    auc: "相对仅用本方特征的 AUC",
    alone: "仅用本方 {n} 个特征",
    federated: "与合作方联合",
    sure: {
      yes: "超出随机误差（两倍标准差）。",
      no: "在随机误差范围内（两倍标准差）。",
      unknown: "样本太少，无法判断可靠程度。",
    },
    how: "单方对照：在本方数值特征上做精确的逻辑回归，训练样本与留出样本相同；标准差按 DeLong 方法计算。",
  },
  compare: {
    title: "比较运行",
    choose: "请在列表中选择二至十次运行。",
    figures: "指标",
    parameters: "有差异的参数",
    data: "有差异的数据版本",
    seconds: "各节点用时（秒）",
    same: "没有差异。",
    best: "最佳",
    chosen: "比较 {n} 次运行",
    pick: "将“{name}”加入比较",
  },
  report: {
    open: "报告",
    print: "打印或另存为 PDF",
    html: "另存为 HTML",
    data: "{dataSet} 的版本",
  },
};

export default zh;
