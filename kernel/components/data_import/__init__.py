"""data_import: read the member's own data set."""

from kernel.components.data_import.both import run
from kernel.components.data_import.spec import DISCLOSES, INPUTS, OUTPUTS, OwnParams
from kernel.core import Component, Role

COMPONENT = Component(
    name="data_import",
    version="1.0.0",
    title="Import",
    title_zh="导入数据",
    about="Reads the member's own data set, checks its ids and keeps the chosen columns.",
    about_zh="读取本方数据集，检查 ID 并保留所选列。",
    group="data",
    run={Role.PROMOTER: run, Role.PROVIDER: run},
    inputs=INPUTS,
    outputs=OUTPUTS,
    discloses=DISCLOSES,
    own_params=OwnParams,
)
