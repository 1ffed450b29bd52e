"""one_hot: turn categories into columns of zeros and ones."""

from kernel.components.one_hot.both import run
from kernel.components.one_hot.spec import DISCLOSES, INPUTS, OUTPUTS, OwnParams
from kernel.core import Component, Role

COMPONENT = Component(
    name="one_hot",
    version="1.0.0",
    title="One-hot encoding",
    title_zh="独热编码",
    about="Turns own categorical columns into columns of zeros and ones.",
    about_zh="将本方类别列转换为 0/1 列。",
    group="preparation",
    run={Role.PROMOTER: run, Role.PROVIDER: run},
    inputs=INPUTS,
    outputs=OUTPUTS,
    discloses=DISCLOSES,
    own_params=OwnParams,
)
