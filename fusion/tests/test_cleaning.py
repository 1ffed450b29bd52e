"""What a key rule takes out of a column's values, and that old rules stay what they were."""

import json

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import canonical
from fusion.domain.cleaning import Cleaning
from fusion.domain.key_rule import KeyRule
from fusion.service.key_advice import cleaned
from fusion.service.offer_checks import rule_of_offer


def key(value: str, form: str = "NFC", **steps: object) -> str:
    return KeyRule(form=form, clean=(Cleaning(**steps),)).key([value])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "steps", "told"),
    [
        ("138 0000-1111", {"keep": "no_separators"}, "13800001111"),
        ("(0)138.0000.1111", {"keep": "no_separators"}, "013800001111"),
        ("\u202a138\u20110000\u00a01111\u202c", {"keep": "no_separators"}, "13800001111"),  # as a telephone copies it
        ("【138】—0000・1111", {"keep": "no_separators"}, "13800001111"),
        ("a/b_c-1", {"keep": "no_separators"}, "a/b_c1"),
        ("京A·12345/é_!", {"keep": "letters_and_digits"}, "京A12345é"),
        ("tel. +86 138", {"keep": "digits"}, "86138"),
        ("no number", {"keep": "digits"}, ""),
        ("+86 138 0000 1111", {"prefixes": ("+86",)}, "138 0000 1111"),
        ("+8613800001111", {"keep": "digits", "prefixes": ("+86",)}, "13800001111"),
        ("008613800001111", {"prefixes": ("86", "0086", "+86")}, "13800001111"),
        ("86123456", {"prefixes": ("86",)}, "86123456"),  # six digits remain: it is a number that begins so
        ("86123456", {"prefixes": ("86",), "rest_at_least": 6}, "123456"),
        ("868613800001111", {"prefixes": ("86",)}, "8613800001111"),
        ("13800001186", {"prefixes": ("86",)}, "13800001186"),
    ],
)
def test_what_is_left_of_a_value(value: str, steps: dict[str, object], told: str) -> None:
    assert key(value, **steps) == told


def test_full_width_forms_are_plain_ones_after_nfkc_alone() -> None:
    wide = "＋８６－（１３８）００００　１１１１"
    assert key(wide, "NFKC", keep="no_separators", prefixes=("+86",)) == "13800001111"
    assert key(wide, "NFC", keep="digits") == "８６１３８００００１１１１", "digits are not lost, and are others"


def test_the_same_steps_are_one_rule_however_they_are_written() -> None:
    one = KeyRule(clean=(Cleaning(keep="digits", prefixes=("+86", "0086", "86")),))
    other = KeyRule(clean=(Cleaning(keep="digits", prefixes=("0086", "86")),))
    assert (one, one.dumps()) == (other, other.dumps())
    assert KeyRule(columns=2, clean=(Cleaning(), Cleaning(rest_at_least=3))) == KeyRule(columns=2)


def test_a_rule_without_cleaning_is_written_as_before_there_was_any() -> None:
    old = {"case": "keep", "columns": 1, "form": "NFC", "hash": "none", "trim": True}
    assert KeyRule().dumps() == canonical.dumps(old)
    assert KeyRule().model_dump() == old
    assert rule_of_offer(canonical.dumps(old).decode()) == KeyRule()


@given(
    st.lists(
        st.builds(
            Cleaning,
            keep=st.sampled_from(["all", "no_separators", "letters_and_digits", "digits"]),
            prefixes=st.lists(st.from_regex(r"\A[0-9]{1,12}\Z"), max_size=8).map(tuple),
            rest_at_least=st.integers(1, 32),
        ),
        min_size=1,
        max_size=16,
    )
)
def test_rules_come_back_from_the_wire_and_from_the_database(clean: list[Cleaning]) -> None:
    rule = KeyRule(columns=len(clean), clean=tuple(clean))
    assert rule_of_offer(rule.dumps().decode()) == rule
    stored = json.loads(json.dumps(rule.model_dump()))
    assert (stored, KeyRule(**stored)) == (rule.model_dump(), rule)


@pytest.mark.parametrize(
    "clean",
    [
        [{"keep": "some"}],
        [{"keep": "digits"}, {}],
        [{"prefixes": [""]}],
        [{"prefixes": ["1" * 13]}],
        [{"prefixes": ["1"] * 9}],
        [{"prefixes": ["+ 8"]}],
        [{"prefixes": ["\ud800"]}],
        [{"prefixes": ["\u202a1"]}],
        [{"prefixes": ["+"], "keep": "digits"}],
        [{"prefixes": ["1"], "rest_at_least": 0}],
        [{"prefixes": ["1"], "rest_at_least": 33}],
        [{"prefixes": "1", "more": 1}],
        "digits",
    ],
)
def test_what_cannot_be_is_refused(clean: object) -> None:
    with pytest.raises(pydantic.ValidationError):
        KeyRule(clean=clean)  # type: ignore[arg-type]


def test_advice_adds_a_step_to_one_column_and_keeps_the_others() -> None:
    rule = KeyRule(columns=2, case="lower", clean=(Cleaning(), Cleaning(keep="digits")))
    made = cleaned(rule, 0, prefixes=("+86",))
    assert made == KeyRule(columns=2, case="lower", clean=(Cleaning(prefixes=("+86",)), Cleaning(keep="digits")))
