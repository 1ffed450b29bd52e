"""psi: keep the rows whose ids all members have, in one order for all, and show nobody the other ids."""

from kernel.components.psi.both import run
from kernel.components.psi.spec import COST, DISCLOSES, INPUTS, MESSAGES, OUTPUTS, Params
from kernel.core import Component, Role

COMPONENT = Component(
    name="psi",
    version="1.2.0",
    title="Private set intersection",
    title_zh="隐私求交",
    about="Keeps the rows whose ids all members have. Other ids stay hidden behind elliptic-curve masks.",
    about_zh="保留所有成员共有 ID 的行；交集之外的 ID 由椭圆曲线掩码隐藏。",
    group="alignment",
    run={Role.PROMOTER: run, Role.PROVIDER: run},
    inputs=INPUTS,
    outputs=OUTPUTS,
    discloses=DISCLOSES,
    messages=MESSAGES,
    cost=COST,
    params=Params,
    assumption="semi-honest; decisional Diffie–Hellman on curve25519 (rsa: one-more RSA), hashes as random oracles",
    min_parties=2,
)
