import type en from "./en";

const zh: typeof en = {
  app: { name: "Hanse", language: "English", theme: "深色或浅色", signOut: "退出登录", menu: "菜单", unknownPage: "没有这个页面。" },
  nav: {
    home: "首页",
    projects: "项目",
    data: "数据",
    flows: "流程",
    jobs: "任务",
    models: "模型",
    members: "成员",
    ledger: "账本",
    people: "人员",
    status: "状态",
  },
  common: {
    retry: "重试",
    failed: "操作未成功",
    at: "位于 {party}",
    noAnswer: "控制台没有响应。服务是否在运行，网络是否连通？",
    empty: "这里还没有内容。",
  },
  session: {
    title: "登录",
    account: "账号",
    password: "密码",
    submit: "登录",
    register: "申请账号",
    registered: "您的账号正在等待管理员批准。",
    back: "返回登录",
  },
};

export default zh;
