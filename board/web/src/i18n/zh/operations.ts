/** 运维：流量、磁盘、外发记录、设置。 */
import type en from "../en/operations";

const zh: typeof en = {
  operations: {
    traffic: "各合作方流量",
    days: "{n} 天",
    noTraffic: "这段时间内没有数据外发。",
    partner: "合作方",
    messages: "消息数",
    sent: "已发送",
    waiting: "等待发送",
    waitingWords: "{n} 条消息，{size}，始于",
    disks: "磁盘",
    used: "占用",
    free: "剩余",
    low: "空间不足",
    silent: "{service} 未能答复（{code}）。",
    data_sets: "数据集",
    jobs: "任务的结果、日志与检查点",
    spool_out: "待发出的消息",
    spool_in: "已收到的消息",
    egress: "外发记录",
    message: "消息",
    size: "大小",
    kind: "种类",
    digest: "SHA-256 摘要",
    settings: "设置",
    settingsWords: "设置写在控制台的配置文件与环境变量中，修改后需要重启。",
    changed: "非默认值",
    diagnosis: "诊断包（ZIP）",
  },
};

export default zh;
