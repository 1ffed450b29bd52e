"""vert_glm_open_score: generalised linear models whose scores the promoter sees while they train."""

from kernel.components.vert_glm_open_score import promoter, provider
from kernel.components.vert_glm_open_score.spec import COST, DISCLOSES, INPUTS, MESSAGES, OUTPUTS, OwnParams, Params
from kernel.core import Component, Role

COMPONENT = Component(
    name="vert_glm_open_score",
    version="1.1.0",
    title="Vertical linear models, open scores",
    title_zh="纵向线性模型（公开分数）",
    about=(
        "Logistic (two classes or several), linear or Poisson regression, exact and fast; but the promoter sees every "
        "row's score at every step and can compute the providers' features from them. Take vert_lr unless all members "
        "accept that."
    ),
    about_zh=(
        "逻辑（两类或多类）、线性或泊松回归，精确而快速；但发起方在每一步都能看到每行的分数，并可据此算出协作方的特征。"
        "除非各方都接受，请使用 vert_lr。"
    ),
    group="training",
    run={Role.PROMOTER: promoter.run, Role.PROVIDER: provider.run},
    inputs=INPUTS,
    outputs=OUTPUTS,
    discloses=DISCLOSES,
    messages=MESSAGES,
    cost=COST,
    params=Params,
    own_params=OwnParams,
    assumption="semi-honest; the promoter is trusted not to solve for features, providers not to infer labels",
    min_parties=2,
)
