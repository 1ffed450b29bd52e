"""one_hot in the clear."""

from collections.abc import Iterable


def categories(texts: Iterable[str]) -> list[str]:
    """Different values: numbers by size, then other texts by the alphabet."""

    def order(text: str) -> tuple[int, float, str]:
        try:
            return 0, float(text), text
        except ValueError:
            return 1, 0.0, text

    return sorted(set(texts), key=order)
