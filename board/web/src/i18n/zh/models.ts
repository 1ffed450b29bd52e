/** 训练之后的模型。 */
import type en from "../en/models";

const zh: typeof en = {
  modelCard: {
    title: "模型卡片",
    edit: "编辑卡片",
    stage: "阶段",
    stages: { draft: "草稿", candidate: "候选", approved: "已批准", retired: "已停用" },
    purpose: "用途",
    limits: "不得用于",
    notes: "备注",
  },
  lineage: {
    title: "模型来源",
    flow: "流程",
    data: "数据版本",
    steps: "运行过的代码",
    consents: "所用的本方授权",
    noConsents: "无：本方发起的任务不需要授权。",
  },
  usage: {
    title: "调用情况",
    period: "最近",
    hours: { 1: "1 小时", 24: "24 小时", 168: "7 天", 720: "30 天" },
    none: "这段时间内没有调用。",
    calls: "调用次数",
    rows: "样本数",
    errors: "失败",
    half: "半数调用耗时",
    most: "95% 的调用耗时",
    board: "本控制台",
  },
  apiKeys: {
    title: "API 密钥",
    words: "应用凭各自的密钥调用本方在线服务；每个密钥只能用于本模型。",
    once: "请立即复制，之后不再显示：",
    none: "还没有应用持有密钥。",
    client: "应用",
    perMinute: "每分钟调用次数",
    create: "新建密钥",
    revoke: "吊销",
    revokeWords: "“{client}”将无法再用此密钥获得预测。",
  },
};

export default zh;
