"""Variants of components with toy keys, for tests only: nothing that a job can say reaches this file."""

import dataclasses
import functools
import inspect
from typing import Any, cast

from kernel.core.component import Component, Run
from kernel.crypto import paillier
from kernel.crypto.paillier import PrivateKey
from kernel.crypto.prg import Stream


def with_toy_keys(component: Component, bits: int) -> Component:
    """Let every role make, and expect, keys of `bits` bits, whatever the parameters say."""

    def make(_: int, stream: Stream) -> PrivateKey:
        return paillier.generate(bits, stream, testing_any_size=True)

    toys = {"make_key": make, "key_bits": bits}
    return dataclasses.replace(
        component,
        run={
            role: functools.partial(cast("Any", run), **{name: toys[name] for name in toys.keys() & _names(run)})
            for role, run in component.run.items()
        },
    )


def _names(run: Run) -> set[str]:
    return set(inspect.signature(run).parameters)
