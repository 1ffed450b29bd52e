"""vert_secureboost: gradient-boosted trees over the columns of all members."""

from kernel.components.vert_secureboost import promoter, provider
from kernel.components.vert_secureboost.spec import COST, DISCLOSES, INPUTS, MESSAGES, OUTPUTS, OwnParams, Params
from kernel.core import Component, Role

COMPONENT = Component(
    name="vert_secureboost",
    version="1.1.0",
    title="Vertical gradient-boosted trees",
    title_zh="纵向梯度提升树",
    about=(
        "Trains boosted trees on the columns of all members, with missing values and text as they are. Gradients leave "
        "the promoter encrypted only; providers' columns, thresholds and bins stay with them."
    ),
    about_zh="在所有成员的列上训练提升树，可直接使用缺失值与文本列；梯度仅以密文离开发起方，协作方的列、阈值与分箱不出本地。",
    group="training",
    run={Role.PROMOTER: promoter.run, Role.PROVIDER: provider.run},
    inputs=INPUTS,
    outputs=OUTPUTS,
    discloses=DISCLOSES,
    messages=MESSAGES,
    cost=COST,
    params=Params,
    own_params=OwnParams,
    assumption="semi-honest, no collusion of promoter and provider; decisional composite residuosity (Paillier) "
    "or p-subgroup (Okamoto-Uchiyama)",
    min_parties=2,
)
