"""What the values of one id column look like: which kinds of them there are, and what is amiss in that."""

import math
from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc

from fusion.domain.cleaning import Cleaning
from fusion.domain.key_rule import KeyRule

_HASHES = "^([0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})$"
_SCIENTIFIC = r"^[+-]?[0-9](\.[0-9]+)?[eE]\+?[0-9]+$"
_DECIMAL = r"^[0-9]+\.0+$"
_SPACED = r"^\+?[0-9]*([ .-]{0,2}\(?[0-9]+\)?)*[ .()-]([ .-]{0,2}\(?[0-9]+\)?)+$"  # (010) 1234-5678, 138.0000.1111
_OTHERWISE = r"^([+-]?[0-9]*\.[0-9]+|[0-9]{4}[./-][0-9]{1,2}[./-][0-9]{1,2})$"  # decimals, and days
_ROUNDED = "^[1-9][0-9]{14}0+$"  # Excel keeps fifteen digits of a number
_FULL_WIDTH = "[\uff01-\uff5e\u3000]"
_SEPARATORS = "[ .()-]"
_CHINA = r"^(\+86|0086|86)1[3-9][0-9]{9}$"  # a mobile number with the country's code
_ABROAD = r"^\+[1-9][0-9]{6,14}$"
_BARE = "^0?[1-9][0-9]{6,11}$"
_ONE_DIGIT = ("1", "7")  # the only country codes of one digit; no other begins with them
_MOST, _SOME, _FEW = 0.9, 0.1, 0.01


class Looks:
    """What has been seen of a column, as it is and as its rule makes it before the hash."""

    def __init__(self) -> None:
        self.values = 0
        self._count = Counter[str]()
        self._digits = Counter[int]()  # length → values of digits only, by the rule
        self._hashes = Counter[int]()  # length → hexadecimal values
        self._abroad = Counter[str]()  # first three digits and number of digits → values with a +
        self._bare = Counter[tuple[bool, int]]()  # whether they begin with 0, and length → values without

    def see(self, text: pa.Array, normal: pa.Array) -> None:
        """Look at some values, as they are and by the rule."""
        text = _filled(text)
        self.values += len(text)
        for name, pattern in (
            ("scientific", _SCIENTIFIC),
            ("decimal", _DECIMAL),
            ("rounded", _ROUNDED),
            ("full_width", _FULL_WIDTH),
        ):
            self._count[name] += len(_like(text, pattern))
        spaced = _like(text, _SPACED)
        self._count["spaced"] += len(spaced) - len(_like(spaced, _OTHERWISE))
        _tally(self._hashes, _like(text, _HASHES))
        digits = _like(_filled(normal), "^[0-9]+$")
        self._count["zeros"] += len(_like(digits, "^0"))
        _tally(self._digits, digits)
        self._see_numbers(pc.replace_substring_regex(text, _SEPARATORS, ""))

    def _see_numbers(self, text: pa.Array) -> None:
        self._count["china"] += len(_like(text, _CHINA))
        self._count["china_bare"] += len(_like(text, "^86" + _CHINA[_CHINA.index("1[") :]))
        abroad = pc.utf8_slice_codeunits(_like(text, _ABROAD), 1)
        heads = pc.utf8_slice_codeunits(abroad, 0, 3)
        sizes = pc.cast(pc.utf8_length(abroad), pa.string())
        for entry in pc.value_counts(pc.binary_join_element_wise(heads, sizes, " ")).to_pylist():
            self._abroad[entry["values"]] += entry["counts"]
        bare = _like(text, _BARE)
        for zero, numbers in ((True, _like(bare, "^0")), (False, _like(bare, "^[^0]"))):
            for entry in pc.value_counts(pc.utf8_length(numbers)).to_pylist():
                self._bare[zero, entry["values"]] += entry["counts"]

    def warnings(self, rule: KeyRule, cleaning: Cleaning, hash_digits: int) -> list[str]:
        """Return what looks amiss.

        Parameters
        ----------
        cleaning
            What the rule takes out of this column.
        hash_digits
            How many hexadecimal digits the values ought to have; 0: they ought to be none.
        """
        count, digits = self._count, self._digits.total()
        from_abroad = count["china"] + self._abroad.total()
        found = {
            "not_hashed": hash_digits and self.values - self._hashes[hash_digits] > _FEW * self.values,
            "looks_hashed": not hash_digits and self._hashes.total() > _MOST * self.values,
            "scientific_notation": count["scientific"],
            "decimal_numbers": count["decimal"],
            "full_width": count["full_width"] and rule.form != "NFKC",
            "spaced_numbers": cleaning.keep == "all" and self._mixed(count["spaced"]),
            "country_prefix": not cleaning.prefixes and self._mixed(from_abroad),
            "rounded_numbers": count["rounded"] > _SOME * self.values,
        }
        if hash_digits:
            found = {"not_hashed": found["not_hashed"]}
        told = [name for name, holds in found.items() if holds]
        if digits > _MOST * self.values and len(self._digits) > 1 and "looks_hashed" not in told:
            most, longest = max(self._digits.values()), max(self._digits)
            zeros_lost = not count["zeros"] and 2 * self._digits[longest] >= digits
            told += ["leading_zeros_lost"] if zeros_lost else []
            told += ["mixed_lengths"] if not zeros_lost and digits - most > _FEW * digits else []
        return told

    def _mixed(self, written_so: int) -> bool:
        """Whether so many values are more than a few, or others are plain numbers."""
        return bool(written_so) and (written_so > _FEW * self.values or self._digits.total() > 0)

    def prefixes(self) -> tuple[str, ...]:
        """Return how the numbers' one country code is written, and the 0 before numbers without it; empty: unclear."""
        if self._count["china"] >= _MOST * (self._abroad.total() + self._count["china_bare"]):
            return ("+86", "0086", "86") if self._count["china_bare"] else ("+86", "0086")
        if not self._bare:
            return ()
        (zero, length), _ = self._bare.most_common(1)[0]
        codes = Counter[str]()
        for told, values in self._abroad.items():
            head, _, size = told.partition(" ")
            code = head[: max(0, int(size) - (length - zero))]
            if code and (len(code) == 1) == (code[0] in _ONE_DIGIT) and code in (head[:1], head[:2], head):
                codes[code] += values
        code, values = codes.most_common(1)[0] if codes else ("", 0)
        if values < math.ceil(_MOST * self._abroad.total()):
            return ()
        return (f"+{code}", f"00{code}", *(("0",) if zero else ()))


def _filled(text: pa.Array) -> pa.Array:
    text = pc.utf8_trim_whitespace(text)
    return text.filter(pc.not_equal(text, ""))


def _like(text: pa.Array, pattern: str) -> pa.Array:
    return text.filter(pc.match_substring_regex(text, pattern))


def _tally(counter: Counter[int], text: pa.Array) -> None:
    for entry in pc.value_counts(pc.utf8_length(text)).to_pylist():
        counter[entry["values"]] += entry["counts"]
