import type en from "../../en/fusion/tables";

const zh: typeof en = {
  table: {
    one: "预制表",
    open: "为合作方准备",
    title: "准备预制表",
    words:
      "预制表把我方的一个数据集一次性为某个合作方准备好。此后对方的小数据集每次与它对齐，代价只取决于对方的规模，不必每次重新处理我方数据。",
    when: "仅当我方为发送方，数据集、列、规则、合作方完全相同，且由对方或双方得知共有哪些标识时才会使用；协议为“unbalanced”时总是使用，为“auto”时在划算的情况下使用。新的数据行属于另一个数据集，需要另一个预制表。",
    tells: "合作方会留存加密的副本，能看出我方数据集与之前相同，并认出之前共有的行。它绝不会看到自己没有的标识。",
    prepare: "开始准备",
    noPartner: "预制表需要双方均已核对指纹的合作方。",
    first: "还没有预制表。",
    whose: "归属",
    ours: "我方的，供 {partner} 使用",
    theirs: "{partner} 的，留存在此",
    of: "内容",
    gone: "只有 {partner} 知道",
    ids: "标识数",
    until: "有效期至",
    uses: "使用情况",
    times: "未使用 | 1 次 | {n} 次",
    progress: "进度",
    deleteOurs: "将删除供 {partner} 使用的预制表及其密钥。重新准备之前，样本对齐将不使用它。数据集和所有结果会保留。",
    deleteTheirs: "将删除我方留存的 {partner} 预制表副本。对方下一次样本对齐会重新发送。",
    used: {
      prepared: "已随提议提供",
      sent: "已使用，随本次样本对齐发送",
      kept: "已使用，接收方已在之前的样本对齐中留存：没有再次发送",
    },
  },
};

export default zh;
