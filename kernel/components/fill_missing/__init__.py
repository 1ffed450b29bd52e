"""fill_missing: replace missing values in own columns."""

from kernel.components.fill_missing.both import run
from kernel.components.fill_missing.spec import DISCLOSES, INPUTS, OUTPUTS, OwnParams
from kernel.core import Component, Role

COMPONENT = Component(
    name="fill_missing",
    version="1.0.0",
    title="Fill missing values",
    title_zh="缺失值填充",
    about="Replaces missing values in own columns by the mean or median of the training rows, or by a constant.",
    about_zh="用训练行的均值、中位数或常数填充本方列的缺失值。",
    group="preparation",
    run={Role.PROMOTER: run, Role.PROVIDER: run},
    inputs=INPUTS,
    outputs=OUTPUTS,
    discloses=DISCLOSES,
    own_params=OwnParams,
)
