"""evaluation: compare the promoter's predictions with its labels."""

from kernel.components.evaluation import promoter, provider
from kernel.components.evaluation.spec import DISCLOSES, INPUTS, OUTPUTS, Params
from kernel.core import Component, Role

COMPONENT = Component(
    name="evaluation",
    version="1.2.0",
    title="Evaluation",
    title_zh="评估",
    about=(
        "Compares predictions with labels. Two classes: AUC, KS, counts at every threshold, calibration, what joining "
        "gained. Several: accuracy, macro F1, log loss. Numbers: RMSE, MAE, R2."
    ),
    about_zh=(
        "将预测与标签比较。二分类：AUC、KS、各阈值下的计数、校准，以及联合建模的增益；多分类：准确率、宏平均 F1、"
        "对数损失；回归：RMSE、MAE、R2。"
    ),
    group="evaluation",
    run={Role.PROMOTER: promoter.run, Role.PROVIDER: provider.run},
    inputs=INPUTS,
    outputs=OUTPUTS,
    discloses=DISCLOSES,
    params=Params,
)
