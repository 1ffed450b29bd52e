"""What peeling leaves: a handful of keys, solved for by Gaussian elimination over bits."""

import numpy as np
import numpy.typing as npt

from kernel.crypto.aes import Words

_WORD = 64


def solve(
    table: Words,
    rows: npt.NDArray[np.uint32],
    masks: npt.NDArray[np.uint64],
    values: Words,
    n_sparse: int,
) -> bool:
    """Set entries of an empty table so that these keys have their values; False if no table does that.

    An equation is a number: dense entries are its lowest bits, then the sparse ones that occur.
    """
    columns = np.unique(rows)
    at = np.searchsorted(columns, rows)
    system: dict[int, tuple[int, int]] = {}  # by its leading bit: an equation in which it is the highest, and its value
    for key in range(len(rows)):
        left = int(masks[key]) | sum(1 << (_WORD + int(place)) for place in at[key])
        right = int(values[key, 0]) | int(values[key, 1]) << _WORD
        while left and (lead := left.bit_length() - 1) in system:
            left, right = left ^ system[lead][0], right ^ system[lead][1]
        if not left:
            if right:
                return False
            continue
        system[left.bit_length() - 1] = left, right
    found: dict[int, int] = {}
    for lead in sorted(system):
        left, right = system[lead]
        for bit, value in found.items():
            right ^= value if left >> bit & 1 else 0
        found[lead] = right
    for lead, value in found.items():
        place = n_sparse + lead if lead < _WORD else int(columns[lead - _WORD])
        table[place] = value & (1 << _WORD) - 1, value >> _WORD
    return True
