"""A provider has nothing to do."""

from typing import Any

from kernel.core import Context, Outputs


def run(ctx: Context, params: Any, own: Any) -> Outputs:
    """Take no part."""
    del ctx, params, own
    return {}
