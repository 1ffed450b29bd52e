import type en from "../en/notifications";

const zh: typeof en = {
  notifications: {
    about:
      "这里发生的事情也可以在浏览器之外通知：通过邮件或带签名的 Webhook。离开本成员的只有编号、代码和固定文字；绝不包含数据行，也不包含合作成员所写的内容。",
    closed: "通知只发往本控制台运维人员已开放的地址（配置项 notify_allow）。",
    first: "还没有通知渠道：请设置邮件服务器或 Webhook。",
    new: "新建渠道",
    kind: "类型",
    kinds: { mail: "邮件", webhook: "Webhook 回调" },
    name: "名称",
    address: "地址",
    to: "收件人",
    mailServer: "邮件服务器，主机:端口",
    hook: "地址，https://…",
    security: "连接方式",
    securities: { starttls: "STARTTLS 加密", tls: "TLS 加密", none: "不加密（仅限本机）" },
    sender: "发件人",
    recipients: "收件人，用逗号分隔",
    user: "邮件服务器账号（留空表示无）",
    password: "密码",
    key: "签名密钥",
    keyWords: "至少 16 个字符。接收方对 X-Hanse-Timestamp、一个点和正文计算 HMAC-SHA256，并与 X-Hanse-Signature 比较。",
    stays: "留空则保留已存的内容。",
    language: "语言",
    languages: { en: "英文", zh: "中文" },
    events: "通知内容",
    event: {
      decision_waits: "有事项等待决定",
      job_succeeded: "任务成功",
      job_failed: "任务失败",
      run_refused: "定时运行被拒绝",
      service_unhealthy: "服务没有响应",
    },
    on: "启用",
    test: "发送测试",
    tested: "{name} 已收下测试通知。",
    change: "修改",
    sent: "最近发送",
    never: "尚无",
    waiting: "有 {n} 条通知等待发送",
    problem: "最近一次发送失败：{problem}",
    deleteWords: "“{name}”不再收到任何通知；等待发送的内容将被丢弃。",
  },
};

export default zh;
