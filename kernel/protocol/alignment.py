"""A fingerprint of which rows a table holds and in which order, to compare between members who know the same ids."""

import hashlib
from collections.abc import Iterable


def fingerprint(job: str, ids: Iterable[str]) -> str:
    """Hash ids in their order, bound to the job; hexadecimal."""
    digest = hashlib.blake2b(job.encode(), digest_size=16)
    for text in ids:
        data = text.encode()
        digest.update(len(data).to_bytes(4, "big") + data)
    return digest.hexdigest()
