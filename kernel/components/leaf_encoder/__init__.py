"""leaf_encoder: the leaf that each row reaches in each tree, as columns for a further model."""

from kernel.components.leaf_encoder import promoter, provider
from kernel.components.leaf_encoder.spec import COST, DISCLOSES, INPUTS, MESSAGES, OUTPUTS, Params
from kernel.core import Component, Role

COMPONENT = Component(
    name="leaf_encoder",
    version="1.1.0",
    title="Leaf encoder",
    title_zh="叶节点编码",
    about="Gives the promoter, for each tree of a model, a column with the leaf that each row reaches.",
    about_zh="对模型的每棵树，为发起方生成一列：每行到达的叶节点。",
    group="preparation",
    run={Role.PROMOTER: promoter.run, Role.PROVIDER: provider.run},
    inputs=INPUTS,
    outputs=OUTPUTS,
    discloses=DISCLOSES,
    messages=MESSAGES,
    cost=COST,
    params=Params,
    assumption="semi-honest",
    min_parties=2,
)
