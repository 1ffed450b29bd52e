/** 组件清单中的句子：消息、安全假设与单位。 */
export default {
  "at the end: the sender's share of the receiver's own weights": "结束时：发送方所持的、接收方自身权重的份额",
  "component, version and hashes of the shared parameters, to compare before step one":
    "组件、版本与共有参数的哈希，开始前用于比对",
  "gradient and curvature of sampled rows under the sender's key": "采样各行的梯度与二阶导数，以发送方的密钥加密",
  "ids as points of curve25519, masked by one scalar or more and shuffled":
    "标识对应的 curve25519 点，以一个或多个标量盲化并打乱顺序",
  "key of the hash that orders the common ids": "用于排列共同标识的哈希密钥",
  "left or right of the rows of each node that others' candidates split":
    "由其他成员的候选分裂的各节点中，各行走向左或右",
  "left or right of the rows of each node that the sender's candidate splits":
    "由发送方的候选分裂的各节点中，各行走向左或右",
  "linear models: X25519 public key for masks that cancel between providers":
    "线性模型：X25519 公钥，用于协作方之间相互抵消的掩码",
  "numbers of rows and candidates, hash of the order of rows, kept checkpoints":
    "行数与候选分裂数、行顺序的哈希、保留的检查点",
  "one bit for each id of the receiver: common to all or not": "接收方的每个标识一个比特：是否为各方共有",
  "own gradient plus a mask, under the promoter's key": "自身梯度加掩码，以发起方的密钥加密",
  "products of the sender's columns with the receiver's plus masks, under the receiver's key":
    "发送方的列与接收方的列之积加掩码，以接收方的密钥加密",
  "public key, numbers of rows, outputs and the hash of the order of training rows":
    "公钥、行数、输出数与训练行顺序的哈希",
  "salted hashes of the common ids; first provider only": "共同标识的加盐哈希；仅发给第一个协作方",
  "share of the objective, added up from provider to provider; only the promoter can complete it":
    "目标函数的份额，由协作方依次累加；只有发起方能补全",
  "sums over the left side of each candidate split in a fresh order, blinded anew, under the receiver's key":
    "每个候选分裂左侧之和，顺序随机、重新盲化，以接收方的密钥加密",
  "that a further tree begins, and the bitmap of its sampled rows; or the end":
    "下一棵树开始及其采样行的位图；或训练结束",
  "the epoch that all parties go on from": "各方从哪一轮继续",
  "the same, decrypted; the provider knows the mask": "同上，已解密；掩码为协作方所知",
  "the sender's random masks of the next steps under the sender's key": "发送方后续各步的随机掩码，以发送方的密钥加密",
  "the sender's share of all weights, or of the last steps, under the sender's key":
    "发送方所持全部权重（或最近几步）的份额，以发送方的密钥加密",
  "a power of two of the sender's share of the scores, or its share of products of them, under its key":
    "以发送方分数份额为指数的二的幂，或其乘积的份额，以其密钥加密",
  "products with a power of two of the sender's share of the scores plus masks, under the receiver's key":
    "与以发送方分数份额为指数的二的幂之积加掩码，以接收方密钥加密",
  "the sender's share of the sum of all rates, under every party's mask": "发送方所持发生率总和的份额，带各方掩码",
  "whether the training goes on, and how the next step is put together of the last ones":
    "训练是否继续，以及下一步如何由最近几步组成",
  "the sender's share of the gradient times what the receiver shared plus a mask, under its key":
    "发送方的梯度份额与接收方所发份额之积加掩码，以接收方的密钥加密",
  "the sender's share of the next weights, all of them under every party's mask":
    "发送方所持下一步权重的份额，全部加有每一方的掩码",
  "the sender's share of the products of columns times the receiver's masks plus masks, under the receiver's key":
    "发送方所持列积的份额与接收方掩码之积加掩码，以接收方的密钥加密",
  "tree models: for each row, on which side of each own split it lies, a bit a split; no column, no threshold":
    "树模型：每一行位于自己每个分裂的哪一侧，每个分裂一个比特；不含列与阈值",
  "whether the training goes on": "训练是否继续",
  "whether training goes on": "训练是否继续",
  "which members have candidates, and the checkpoint to go on from": "哪些成员有候选分裂，以及从哪个检查点继续",
  "which nodes go on, and the positions of the receiver's candidates that won":
    "哪些节点继续分裂，以及接收方被采用的候选的位置",
  "with privacy by noise: the bin of every row in every column, each value randomised":
    "以加噪保护时：每一行在每一列的分箱，每个值均经随机化",
  "with privacy by noise: which of the receiver's splits the trees use": "以加噪保护时：树使用了接收方的哪些分裂",
  none: "无",
  "semi-honest": "半诚实",
  "semi-honest, no collusion of promoter and provider; decisional composite residuosity (Paillier) or p-subgroup (Okamoto-Uchiyama)":
    "半诚实，发起方与协作方不合谋；判定性合数剩余假设（Paillier）或 p 子群假设（Okamoto-Uchiyama）",
  "semi-honest; X25519 and ChaCha20 for the masks, no collusion of the promoter with all but one provider":
    "半诚实；掩码基于 X25519 与 ChaCha20，发起方不与除一个之外的所有协作方合谋",
  "semi-honest; decisional composite residuosity (Paillier with half-modulus exponents)":
    "半诚实；判定性合数剩余假设（指数为模长一半的 Paillier）",
  "semi-honest; the promoter is trusted not to solve for features, providers not to infer labels":
    "半诚实；信任发起方不求解特征、协作方不推断标签",
  rows: "行",
  trees: "棵",
  bits: "位",
  epochs: "轮",
  steps: "步",
  "products with sines and cosines of the sender's share of the scores plus masks, under the receiver's key":
    "与发送方分数份额的正弦、余弦之积加掩码，以接收方密钥加密",
  "rows of the sender's change of basis under the sender's key": "发送方换基矩阵的各行，以发送方密钥加密",
  "sines and cosines of the sender's share of the scores, or its share of products of them, under its key":
    "发送方分数份额的正弦与余弦，或其乘积的份额，以其密钥加密",
  "the part of the label's variance that the model leaves": "模型未能解释的标签方差部分",
  "the sender's columns and penalty times the receiver's masks plus masks, under the receiver's key":
    "发送方的列与惩罚乘以接收方的掩码再加掩码，以接收方密钥加密",
  "the sender's columns times the receiver's share of the residuals plus masks, under the receiver's key":
    "发送方的列乘以接收方的残差份额再加掩码，以接收方密钥加密",
  "the sender's random masks of the receiver's weights under the sender's key":
    "发送方对接收方权重的随机掩码，以发送方密钥加密",
  "the sender's share of the gradient, all of it under every party's mask": "发送方的梯度份额，全部带有各方的掩码",
  "the sender's share of the residuals under the sender's key": "发送方的残差份额，以发送方密钥加密",
  "the sender's summand of the variances of the receiver's own weights, under the receiver's key":
    "发送方对接收方自身权重方差的加数，以接收方密钥加密",
  "fingerprint of the key, numbers of rows, columns and outputs, hash of the order of ids, kept checkpoints, whether there is a start":
    "密钥指纹、行数、列数与输出数、ID 次序的哈希、保留的检查点、是否有起始模型",
  "linear models: own part of each row's score, or with several classes of its scores; with two or more providers under masks that cancel only in the sum":
    "线性模型：每行分数（多类别时为各类分数）中自己的部分；有两个或更多协作方时带掩码，只在求和时抵消",
  "number of ids": "标识的数量",
  "number of rows, hash of the order of their ids, hash of the model's kind, id of its training":
    "行数、标识顺序的哈希、模型种类的哈希、其训练的标识",
  "own gradient plus a mask over the whole plaintext, under the arbiter's key":
    "自身梯度加上覆盖整个明文的掩码，用仲裁方的密钥加密",
  "own part of each row's scores under the arbiter's key": "每行分数中自己的部分，用仲裁方的密钥加密",
  "own part of each row's scores; with two or more providers under masks that cancel only in the sum":
    "每行分数中自己的部分；有两个或更多协作方时带掩码，只在求和时抵消",
  "own summand of an epoch's mean loss; with two or more providers under masks that cancel only in the sum":
    "每轮平均损失中自己的部分；有两个或更多协作方时带掩码，只在求和时抵消",
  "public key or its fingerprint, numbers of rows, columns and outputs, hash of the order of ids, kept checkpoints, whether there is a start":
    "公钥或其指纹、行数、列数与输出数、ID 次序的哈希、保留的检查点、是否有起始模型",
  "public key, numbers of rows, columns and targets, hash of the order of ids, kept checkpoints, the id of the training that a start is of":
    "公钥，行数、列数与目标数，标识顺序的哈希，已保存的检查点，起点所属训练的标识",
  "residuals of each row under the arbiter's key": "每行的残差，用仲裁方的密钥加密",
  "residuals of each row under the promoter's key": "每行的残差，用发起方的密钥加密",
  "semi-honest; decisional Diffie–Hellman on curve25519 (rsa: one-more RSA), hashes as random oracles":
    "半诚实；curve25519 上的判定性 Diffie–Hellman（rsa：one-more RSA），哈希视为随机预言机",
  "semi-honest; the arbiter colludes with no other member, no member infers rows from its own gradient; decisional composite residuosity (Paillier)":
    "半诚实；仲裁方不与其他成员串通，任何成员不从自身梯度推断各行；判定性合数剩余假设（Paillier）",
  "the arbiter's fresh public key": "仲裁方新生成的公钥",
  "the epoch to go on from, steps of an epoch, outputs, rows a ciphertext, columns of each member":
    "从哪一轮继续、每轮步数、输出数、每个密文的行数、各成员的列数",
  "the same, decrypted; the owner knows its mask": "同上，已解密；其所有者知道掩码",
  "the sender's columns (the promoter's with its targets) in a basis of its own, packed, under the sender's key":
    "发送方的列（发起方的含其目标），换到自己的基下并打包，以发送方密钥加密",
  "what the chosen protocol of two members sends: blinded ids, or what hides them; see its README":
    "所选两方协议发送的内容：盲化的标识或隐藏它们的数据；见其 README",
  "with early_stop: how many of the receiver's first splits the trees ask for":
    "使用 early_stop 时：各树用到接收方最前面的多少个分裂",
};
