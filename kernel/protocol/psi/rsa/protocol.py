"""Both sides' steps; the numbers are those of README.md."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from kernel.core.errors import BadPayload
from kernel.protocol.psi.effort import AVX512, Effort, Machine
from kernel.protocol.psi.port import (
    Bytes,
    Digests,
    Found,
    Learns,
    Side,
    Terms,
    as_keys,
    batches,
    exactly,
    tell_sender,
    told_by_receiver,
)
from kernel.protocol.psi.rsa.blinding import Blinding
from kernel.protocol.psi.rsa.keys import N_ROOTS, SenderKey, check_key
from kernel.protocol.psi.rsa.numbers import TAG_BYTES, as_bytes, check_units, hashed, tags, width

_BATCH = 1 << 12  # ids a message: 1 MiB of numbers
_TAGS = 1 << 16  # tags a message: 1 MiB
# Microseconds of one core to sign, with wide vectors and without, and to blind and unblind; AMD Zen 5, 2026.
_SIGN_US, _BLIND_US = {2048: (93, 700), 3072: (250, 2300)}, {2048: 26, 3072: 48}
_KEY_S, _LOAD_S = {2048: 0.1, 3072: 0.3}, 0.5


class Rsa:
    """The protocol of README.md with keys of `bits` bits."""

    learns = frozenset({Learns.RECEIVER, Learns.BOTH})
    automatic = False
    assumption = "semi-honest, and the key proved well formed; one-more RSA, full-domain hash as a random oracle"

    def __init__(self, name: str, bits: int) -> None:
        self.name, self._bits = name, bits

    def send(self, side: Side, digests: Digests) -> Found:
        """Run the sender's steps."""
        terms = side.terms
        key = SenderKey.loads(side.kept("key", lambda: SenderKey.generate(self._bits, side.rng).dumps()))
        side.send("key", lambda: as_bytes(key.modulus, key.modulus) + key.proof(terms.task))  # step 1
        made = self._own_tags(side, key, digests)
        cuts = batches(terms.n_receiver, _BATCH)
        for place, (start, end) in enumerate(cuts):  # step 3
            side.send(f"signed {place}", partial(_signed_of, side, key, place, end - start))
            side.progress(0.5 + 0.4 * (place + 1) / len(cuts))
        order = np.argsort(as_keys(made), kind="stable")
        for place, (start, end) in enumerate(batches(terms.n_sender, _TAGS)):  # step 5
            side.send(f"tags {place}", partial(made[order[start:end]].tobytes))
        side.progress(1.0)
        if terms.learns is not Learns.BOTH:
            return Found(None, None)
        told = told_by_receiver(side, terms.n_sender)
        common = np.zeros(terms.n_sender, dtype=np.bool_)
        common[order] = told
        return Found(common, int(told.sum()))

    def _own_tags(self, side: Side, key: SenderKey, digests: Digests) -> Bytes:
        made = []
        for place, (start, end) in enumerate(batches(len(digests), _BATCH)):
            made.append(side.kept(f"own tags {place}", partial(_tags_of, side, key, digests[start:end])))
            side.progress(0.5 * end / len(digests))
        return np.frombuffer(b"".join(made), np.uint8).reshape(-1, TAG_BYTES)

    def receive(self, side: Side, digests: Digests) -> Found:
        """Run the receiver's steps."""
        terms = side.terms
        modulus = self._checked(side)
        ours = np.concatenate(list(self._signed(side, modulus, digests)))
        theirs = np.concatenate(list(self._their_tags(side)))
        mine, keys = as_keys(ours), as_keys(theirs)
        if not bool(np.all(keys[:-1] < keys[1:])):
            raise BadPayload("tags that are not in order, or twice the same")
        common = np.isin(mine, keys)  # step 6
        if terms.learns is Learns.BOTH:
            tell_sender(side, np.flatnonzero(np.isin(keys, mine)), terms.n_sender)  # step 7
        side.progress(1.0)
        return Found(common, int(common.sum()))

    def _checked(self, side: Side) -> int:
        numbers = exactly(side.wire.recv("key"), 1 + N_ROOTS, self._bits // 8)
        modulus = int.from_bytes(numbers[0].tobytes(), "big")
        check_key(modulus, side.terms.task, numbers[1:], self._bits)
        return modulus

    def _signed(self, side: Side, modulus: int, digests: Digests) -> Iterator[Bytes]:
        """Do steps 2 to 4: blind all while the sender still signs its own ids, then take what it signed of ours."""
        todo = [
            (place, cut)
            for place, cut in enumerate(batches(len(digests), _BATCH))
            if side.vault.get(f"tags {place}") is None
        ]

        def blinding(place: int, cut: tuple[int, int]) -> Blinding:
            hashes = hashed(modulus, side.terms.task, digests[slice(*cut)])
            return Blinding(modulus, hashes, side.stream("blinding", place))  # the same factors each time

        for place, cut in todo:
            side.send(f"blinded {place}", partial(_blinded, blinding, place, cut))  # step 2
            side.progress(0.3 * cut[1] / len(digests))
        for place, cut in todo:
            signed = exactly(side.wire.recv(f"signed {place}"), cut[1] - cut[0], width(modulus))
            made = tags(modulus, side.terms.task, blinding(place, cut).unblind(check_units(modulus, signed)))  # step 4
            side.vault.put(f"tags {place}", made.tobytes())
            side.progress(0.3 + 0.6 * cut[1] / len(digests))
        for place, (start, end) in enumerate(batches(len(digests), _BATCH)):
            yield exactly(side.vault.get(f"tags {place}") or b"", end - start, TAG_BYTES)

    @staticmethod
    def _their_tags(side: Side) -> Iterator[Bytes]:
        for place, (start, end) in enumerate(batches(side.terms.n_sender, _TAGS)):
            yield exactly(side.wire.recv(f"tags {place}"), end - start, TAG_BYTES)

    def n_bytes(self, terms: Terms) -> int:
        """See `Psi.n_bytes`."""
        number = self._bits // 8
        told = -(-terms.n_sender // 8) if terms.learns is Learns.BOTH else 0
        return number * (1 + N_ROOTS + 2 * terms.n_receiver) + TAG_BYTES * terms.n_sender + told

    def effort(self, terms: Terms, sender: Machine, receiver: Machine) -> Effort:
        """See `Psi.effort`."""
        sign = _SIGN_US[self._bits][sender.vectors != AVX512]
        fixed_s = _KEY_S[self._bits] + (0.0 if sender.ready and receiver.ready else _LOAD_S)
        theirs, ours = sign * (terms.n_sender + terms.n_receiver), _BLIND_US[self._bits] * terms.n_receiver
        wide = sender.vectors == AVX512
        return Effort(1e-6 * theirs, 1e-6 * ours, on_all_cores=wide, at_once=True, round_trips=2, fixed_s=fixed_s)


PSI = Rsa("rsa", 2048), Rsa("rsa3072", 3072)


def _blinded(make: Callable[[int, tuple[int, int]], Blinding], place: int, cut: tuple[int, int]) -> bytes:
    return make(place, cut).blinded()


def _tags_of(side: Side, key: SenderKey, digests: Digests) -> bytes:
    n, task = key.modulus, side.terms.task
    return tags(n, task, key.sign(hashed(n, task, digests))).tobytes()


def _signed_of(side: Side, key: SenderKey, place: int, count: int) -> bytes:
    blinded = exactly(side.wire.recv(f"blinded {place}"), count, width(key.modulus))
    return key.sign(check_units(key.modulus, blinded)).tobytes()
