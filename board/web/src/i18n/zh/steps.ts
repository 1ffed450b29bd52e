import type en from "../en/steps";

const zh: typeof en = {
  step: {
    agreeing_with_the_partners: "与各方约定参数",
    arranging_the_common_rows: "排列共同样本",
    comparing: "比对",
    done: "完成",
    iteration_n_of_n: "第 {0} 轮，共 {1} 轮",
    making_a_key: "生成密钥",
    masking_own_ids: "盲化我方标识",
    masking_the_partners_ids_hop_n: "盲化合作方标识，第 {0} 跳",
    opening_own_weights_to_their_owner: "向所有者公开其权重",
    own_part: "计算我方部分",
    started: "已开始",
  },
};

export default zh;
