"""split: cut aligned rows alike at every member, without a message."""

from kernel.components.split.both import run
from kernel.components.split.spec import DISCLOSES, INPUTS, OUTPUTS, Params
from kernel.core import Component, Role

COMPONENT = Component(
    name="split",
    version="1.0.0",
    title="Split",
    title_zh="切分",
    about="Splits aligned rows into training and held-out rows, alike at every member and without a message.",
    about_zh="将对齐的行切分为训练集与留出集；各成员结果一致且无需通信。",
    group="preparation",
    run={Role.PROMOTER: run, Role.PROVIDER: run},
    inputs=INPUTS,
    outputs=OUTPUTS,
    discloses=DISCLOSES,
    params=Params,
)
