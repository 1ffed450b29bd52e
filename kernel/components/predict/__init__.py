"""predict: score rows jointly; every member's part of the model stays at home."""

from kernel.components.predict import promoter, provider
from kernel.components.predict.spec import COST, DISCLOSES, INPUTS, MESSAGES, OUTPUTS, Params
from kernel.core import Component, Role

COMPONENT = Component(
    name="predict",
    version="1.2.0",
    title="Predict",
    title_zh="预测",
    about="Scores rows with a model whose parts stay with their members; the promoter gets the scores.",
    about_zh="用各方持有的模型部分为行打分；发起方得到分数。",
    group="prediction",
    run={Role.PROMOTER: promoter.run, Role.PROVIDER: provider.run},
    inputs=INPUTS,
    outputs=OUTPUTS,
    discloses=DISCLOSES,
    messages=MESSAGES,
    cost=COST,
    params=Params,
    assumption="semi-honest; X25519 and ChaCha20 for the masks, no collusion of the promoter with all but one provider",
    min_parties=2,
)
