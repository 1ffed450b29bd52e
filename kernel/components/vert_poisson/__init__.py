"""vert_poisson: Poisson regression over the columns of all members, on secret shares."""

from kernel.components.vert_poisson import promoter, provider
from kernel.components.vert_poisson.spec import COST, DISCLOSES, INPUTS, MESSAGES, OUTPUTS, OwnParams, Params
from kernel.core import Component, Role

COMPONENT = Component(
    name="vert_poisson",
    version="1.0.0",
    title="Vertical Poisson regression",
    title_zh="纵向泊松回归",
    about=(
        "Trains a model of counts (visits, claims) on the columns of all members. Scores, rates and gradients stay "
        "secret-shared; each member learns the weights of its own columns only."
    ),
    about_zh="在所有成员的列上训练计数（就诊次数、出险次数）模型；分数、发生率与梯度始终以秘密分享形式存在，各成员只得到自己列的权重。",
    group="training",
    run={Role.PROMOTER: promoter.run, Role.PROVIDER: provider.run},
    inputs=INPUTS,
    outputs=OUTPUTS,
    discloses=DISCLOSES,
    messages=MESSAGES,
    cost=COST,
    params=Params,
    own_params=OwnParams,
    assumption="semi-honest; decisional composite residuosity (Paillier with half-modulus exponents)",
    min_parties=2,
)
