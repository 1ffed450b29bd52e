"""vert_linear: linear regression over the columns of all members, on secret shares."""

from kernel.components.vert_linear import promoter, provider
from kernel.components.vert_linear.spec import COST, DISCLOSES, INPUTS, MESSAGES, OUTPUTS, OwnParams, Params
from kernel.core import Component, Role

COMPONENT = Component(
    name="vert_linear",
    version="1.1.0",
    title="Vertical linear regression",
    title_zh="纵向线性回归",
    about=(
        "Trains a linear regression on the columns of all members. Products of columns, residuals and gradients stay "
        "secret-shared; each member learns the weights of its own columns only."
    ),
    about_zh="在所有成员的列上训练线性回归；列的乘积、残差与梯度始终以秘密分享形式存在，各成员只得到自己列的权重。",
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
