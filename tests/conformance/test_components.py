"""Every component keeps to the rules of kernel.testing.conformance; a folder without an example fails."""

import pytest

from kernel.testing.conformance import CHECKS, examples

EXAMPLES = examples()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", list(EXAMPLES))
def test_component(name, check):
    check(EXAMPLES[name])
