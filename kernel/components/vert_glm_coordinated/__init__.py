"""vert_glm_coordinated: generalised linear models on encrypted scores, with an arbiter that holds the key."""

from kernel.components.vert_glm_coordinated import arbiter, promoter, provider
from kernel.components.vert_glm_coordinated.spec import COST, DISCLOSES, INPUTS, MESSAGES, OUTPUTS, OwnParams, Params
from kernel.core import Component, Role

COMPONENT = Component(
    name="vert_glm_coordinated",
    version="1.0.0",
    title="Vertical linear models, with an arbiter",
    title_zh="纵向线性模型（仲裁方协调）",
    about=(
        "Logistic or linear regression on scores that nobody sees: they stay encrypted under the key of a third member "
        "without data, who decrypts masked sums only. Each member learns its own gradient. The logistic loss is its "
        "quadratic expansion."
    ),
    about_zh=(
        "逻辑或线性回归，任何一方都看不到分数：分数以无数据的第三方（仲裁方）的密钥加密，仲裁方只解密带掩码的和。"
        "各方得知自身的梯度。逻辑损失取二次展开。"
    ),
    group="training",
    run={Role.PROMOTER: promoter.run, Role.PROVIDER: provider.run, Role.ARBITER: arbiter.run},
    inputs=INPUTS,
    outputs=OUTPUTS,
    discloses=DISCLOSES,
    messages=MESSAGES,
    cost=COST,
    params=Params,
    own_params=OwnParams,
    assumption="semi-honest; the arbiter colludes with no other member, no member infers rows from its own gradient; "
    "decisional composite residuosity (Paillier)",
    min_parties=3,
)
