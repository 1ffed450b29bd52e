import type en from "../../en/fusion/protocols";

const zh: typeof en = {
  protocols: {
    how: "使用哪种协议",
    protocol: "协议",
    auto: "自动：由节点选择",
    autoWords: "在合作方接受时，根据双方数量、双方机器和线路速度选定。",
    assumes: "安全性基于：{what}。",
    unfit: "该协议不支持上面所选的结果，请另选一种。",
    intro:
      "所有协议都只让每一方得知约定的内容和对方的标识数量。它们的区别在于耗时、流量以及安全性所依据的假设。所有协议都针对遵守协议但可能好奇的合作方（半诚实）。",
    does: "原理",
    learns: "可约定的结果",
    assumption: "安全性基于",
    cost: "代价",
    can: { receiver: "一方得知是哪些", both: "双方得知是哪些", size: "一方得知有多少", sum: "双方得知有多少及总和" },
  },
  protocol: {
    curve25519: {
      title: "曲线上的掩码",
      about: "双方各用一个秘密数在椭圆曲线上为每个标识加掩码，再比较加过两次掩码的标识。",
      cost: "运算量与双方标识数成正比，每个标识约 40 字节。通常的选择。",
      assumes: "curve25519 上的 Diffie–Hellman 问题，以及到曲线的哈希",
    },
    oprf: {
      title: "不经意伪随机函数",
      about: "一方在不出示标识、也不得知函数的情况下，对自己的标识求一个秘密函数的值。",
      cost: "运算少；规模大时，时间和流量约为 curve25519 的一半，开始时另需约 1 MB。",
      assumes: "伴随式译码（所用编码的距离经测量得出，未经证明）、P-256 上的 Diffie–Hellman，以及哈希",
    },
    intersection_sum: {
      title: "共有标识上的总和",
      about:
        "标识的掩码与 curve25519 相同；发送方的数值以密文传输，接收方在读不到数值的情况下将共有标识的数值相加，发送方只解开总和。",
      cost: "接收方每个标识约 70 字节及加掩码，发送方每个标识约 550 字节及一次加密。",
      assumes: "curve25519 上的 Diffie–Hellman 问题、到曲线的哈希，以及 2048 位 Paillier 加密",
    },
    rsa: {
      title: "盲签名，2048 位",
      about: "接收方在不出示标识的情况下请对方签名，再比较签名。",
      cost: "运算量大，接收方每个标识约 500 字节。适合必须使用 RSA 的机构。",
      assumes: "2048 位 RSA（one-more 问题），以及哈希",
    },
    rsa3072: {
      title: "盲签名，3072 位",
      about: "与 rsa 相同，密钥更长。",
      cost: "耗时接近 rsa 的三倍，流量多出一半。",
      assumes: "3072 位 RSA（one-more 问题），以及哈希",
    },
    unbalanced: {
      title: "小集合对大集合",
      about: "大的一方为全部标识加一次掩码；小的一方在不出示标识的情况下查询自己的少量标识。",
      cost: "双方规模相当时与 curve25519 相同；接收方标识少时，流量不到其一半。",
      assumes: "curve25519 上的 Diffie–Hellman 问题（one-more），以及到曲线的哈希",
    },
  },
};

export default zh;
