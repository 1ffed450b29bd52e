/** 控制台各项设置的说明。 */
export default {
  "Address of the signed gRPC server, host:port; port 0 picks one.":
    "签名 gRPC 服务的地址，写作 host:port；端口为 0 时自动选取。",
  "Address of the web page and the HTTP API, host:port; port 0 picks one.":
    "网页与 HTTP API 的地址，写作 host:port；端口为 0 时自动选取。",
  "Address under which people reach the board; https makes the session cookie Secure.":
    "人员访问控制台的地址；为 https 时会话 Cookie 带 Secure 标记。",
  "File (mode 0600) with the passphrase of the private keys.": "存有私钥口令的文件（权限 0600）。",
  "Folder of the built web page; empty: the one that is installed.": "已构建网页的文件夹；留空则使用随软件安装的网页。",
  "How long a sign-in lasts, in hours.": "一次登录的有效时长，单位为小时。",
  "How to reach the member's people; stands on the ledger.": "本成员人员的联系方式；写入账本。",
  "Least level that is logged.": "写入日志的最低级别。",
  "Limit of one uploaded file, in bytes.": "单个上传文件的大小上限，单位为字节。",
  "Loopback port of /health and /metrics; 0 picks one.": "/health 与 /metrics 的本机回环端口；为 0 时自动选取。",
  "SQLAlchemy URL; empty: an SQLite file in the data folder.":
    "SQLAlchemy 数据库地址；留空则使用数据文件夹中的 SQLite 文件。",
  "The federation's salt, 64 hexadecimal digits; a newcomer needs it before the union talks to it.":
    "联邦的盐值，64 位十六进制数字；新成员在与联邦服务通信之前需要它。",
  "The member's home folder; its identity is in <home>/identity.": "本成员的主文件夹；其身份文件位于 <home>/identity。",
  "The service's own folder: database, spool, files.": "服务自己的文件夹：数据库、消息队列、文件。",
  "Threads of the HTTP server; each open live view holds one.": "HTTP 服务的线程数；每个打开的实时页面占用一个。",
  "host:port at which other members reach our gateway; it stands on the ledger.":
    "其他成员访问我方网关的 host:port；写入账本。",
  "host:port of the federation's union.": "联邦服务的 host:port。",
  "host:port of the mail servers and webhooks to which notices may go; empty: none leave the house.":
    "允许向其发送通知的邮件服务器与 Webhook 的 host:port；留空则不向外发送任何通知。",
  "host:port of the member's own flow.": "本成员流程服务的 host:port。",
  "host:port of the member's own gateway.": "本成员网关的 host:port。",
  "host:port of the member's own kernel.": "本成员计算服务的 host:port。",
  "host:port of the member's own serving; empty: there is none.": "本成员在线服务的 host:port；留空表示没有。",
};
