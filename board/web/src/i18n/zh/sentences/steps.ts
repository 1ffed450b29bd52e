/** 节点任务正在做的事。 */
export default {
  "agreeing with the partners": "与各方约定参数",
  "arranging the common rows": "排列共同样本",
  comparing: "比对",
  done: "完成",
  "iteration {0} of {1}": "第 {0} 轮，共 {1} 轮",
  "making a key": "生成密钥",
  "masking own ids": "盲化我方标识",
  "masking the partners' ids, hop {0}": "盲化合作方标识，第 {0} 跳",
  "opening own weights to their owner": "向所有者公开其权重",
  "own part": "计算我方部分",
  started: "已开始",
};
