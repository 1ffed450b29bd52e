"""standardise: scale own columns by the training rows."""

from kernel.components.standardise.both import run
from kernel.components.standardise.spec import DISCLOSES, INPUTS, OUTPUTS, OwnParams
from kernel.core import Component, Role

COMPONENT = Component(
    name="standardise",
    version="1.0.0",
    title="Standardise",
    title_zh="标准化",
    about="Scales own columns to mean 0 and standard deviation 1 of the training rows.",
    about_zh="按训练行将本方列缩放为均值 0、标准差 1。",
    group="preparation",
    run={Role.PROMOTER: run, Role.PROVIDER: run},
    inputs=INPUTS,
    outputs=OUTPUTS,
    discloses=DISCLOSES,
    own_params=OwnParams,
)
