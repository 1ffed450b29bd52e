"""The id of a training: one for all parties of an attempt, another one for every other attempt."""

from types import SimpleNamespace

import pytest

from kernel.core.errors import BadPayload
from kernel.protocol.training import checked_id, training_id

ATTEMPT = {"job": "job-1", "task": "train", "attempt": 1}


@pytest.mark.parametrize(
    "other", [{"job": "job-2"}, {"task": "train2"}, {"attempt": 2}, {"job": "job-1t", "task": "rain"}]
)
def test_no_other_attempt_has_the_same(other):
    made = training_id(SimpleNamespace(**ATTEMPT))
    assert made == training_id(SimpleNamespace(**ATTEMPT))
    assert made != training_id(SimpleNamespace(**ATTEMPT | other))
    assert checked_id(made) == made


def test_what_is_no_id_is_refused():
    assert checked_id(None) == ""
    for wrong in (3, "0" * 33, "0" * 30 + "0x", "É" * 32):
        with pytest.raises(BadPayload):
            checked_id(wrong)
