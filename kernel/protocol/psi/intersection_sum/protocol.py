"""Both sides' steps; the numbers are those of README.md."""

import struct
from functools import partial

import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadPayload, TooFewRows
from kernel.crypto.curve import POINT_BYTES
from kernel.crypto.paillier import Block, PublicKey, generate
from kernel.crypto.paillier.scheme import OwnPaillier, Paillier
from kernel.protocol.psi.effort import AVX512, Effort, Machine
from kernel.protocol.psi.masks import answer, first_bytes, hashed, masked, work_s
from kernel.protocol.psi.port import SEED_BYTES, Bytes, Digests, Found, Learns, Side, Terms, as_keys, batches, exactly

VALUE_BITS = 47  # of a value and its sign, so that the sum over 2^32 ids has 80
SUM_BYTES = 10
_BITS = 2048
_CIPHER_BYTES, _KEY_BYTES = _BITS // 4, 8 + 3 * _BITS // 8
_PAIRS, _POINTS = 1 << 12, 1 << 15  # ids a message: 2 MiB of points with ciphertexts, 1 MiB of points
_SIZE = struct.Struct(">Q")
_DOMAIN = b"hanse-psi-sum-v1-with-curve25519_XMD:SHA-512_ELL2_NU_"
# Microseconds of one core to encrypt a value under one's own key, and to add a ciphertext; AMD Zen 5, 2026.
_ENCRYPT_US, _ADD_US = (48, 416), (1, 5)
_KEY_S, _LOAD_S = 0.5, 1.3  # the receiver's key is made; code is loaded


class IntersectionSum:
    """The protocol of README.md."""

    name = "intersection_sum"
    learns = frozenset({Learns.SUM})
    automatic = True
    assumption = (
        "semi-honest; decisional Diffie–Hellman on curve25519, hash to the curve as a random oracle, decisional "
        "composite residuosity"
    )

    def receive(self, side: Side, digests: Digests) -> Found:
        """Run the receiver's steps."""
        terms, k1, width = side.terms, side.stream("scalar", "receiver").token(SEED_BYTES), first_bytes(side.terms)
        order = side.stream("order", "receiver").permutation(terms.n_receiver)
        cuts = batches(terms.n_receiver, _POINTS)
        for place, (start, end) in enumerate(cuts):
            made = partial(hashed, side.workers, digests[order[start:end]], k1, _DOMAIN)
            side.send(f"masked {place}", made)  # step 1
            side.progress(0.2 * end / terms.n_receiver)
        twice = [exactly(side.wire.recv(f"twice {n}"), end - start, width) for n, (start, end) in enumerate(cuts)]
        ours = np.unique(as_keys(np.concatenate(twice)))
        key = PublicKey.loads(side.wire.recv("key"), bits=_BITS)
        scheme, size = Paillier(key, side.stream("blinding", "receiver")), 0
        total = Block.of(key, [1])  # an encryption of zero; it is blinded at the end
        for place, (start, end) in enumerate(batches(terms.n_sender, _PAIRS)):
            points, block = _pairs(side.wire.recv(f"pairs {place}"), key, end - start)
            common = np.isin(as_keys(masked(side, points, k1, width)), ours)  # step 4
            size += int(common.sum())
            part = scheme.sums(block, np.where(common, 0, -1)[:, None].astype(np.int64), 1)
            total = scheme.add(total, part)
            side.progress(0.3 + 0.6 * end / terms.n_sender)
        if size > terms.n_receiver:
            raise BadPayload("more common ids than there are")
        enough = size >= terms.at_least
        told = scheme.rerandomise(total).tobytes() if enough else bytes(_CIPHER_BYTES)
        side.send("total", lambda: _SIZE.pack(size) + told)  # step 5
        if not enough:
            raise _too_few(terms)
        found = exactly(side.wire.recv("sum"), 1, SUM_BYTES).tobytes()
        return Found(None, size, int.from_bytes(found, "big", signed=True))

    def send(self, side: Side, digests: Digests) -> Found:
        """Run the sender's steps."""
        terms, k2 = side.terms, side.stream("scalar", "sender").token(SEED_BYTES)
        values = _checked(side.values, terms.n_sender)
        private = generate(_BITS, side.stream("key"))
        own, key = OwnPaillier(private, side.stream("blinding", "sender")), private.public
        order = side.stream("order", "sender").permutation(terms.n_sender)
        answer(side, k2, "masked", "twice", first_bytes(terms), lambda done: side.progress(0.3 * done))  # step 2
        side.send("key", key.dumps)

        def pairs(chosen: npt.NDArray[np.int64]) -> bytes:
            block = own.encrypt(values[chosen].tolist())
            return hashed(side.workers, digests[chosen], k2, _DOMAIN) + block.tobytes()

        for place, (start, end) in enumerate(batches(terms.n_sender, _PAIRS)):
            side.send(f"pairs {place}", partial(pairs, order[start:end]))  # step 3
            side.progress(0.3 + 0.6 * end / terms.n_sender)
        told = side.wire.recv("total")
        if len(told) != _SIZE.size + _CIPHER_BYTES:
            raise BadPayload("a total of another length")
        (size,) = _SIZE.unpack(told[: _SIZE.size])
        if size > min(terms.n_receiver, terms.n_sender):
            raise BadPayload("more common ids than there are")
        if size < terms.at_least:
            raise _too_few(terms)
        block = _checked_block(key, told[_SIZE.size :])
        (total,) = own.decrypt(block)
        if abs(total) >> (8 * SUM_BYTES - 1):
            raise BadPayload("a sum that no values can have")
        side.send("sum", lambda: bytes(total.to_bytes(SUM_BYTES, "big", signed=True)))  # step 6
        return Found(None, size, total)

    def n_bytes(self, terms: Terms) -> int:
        """See `Psi.n_bytes`; where too few are common the sum is not told."""
        points = (POINT_BYTES + first_bytes(terms)) * terms.n_receiver
        pairs = (POINT_BYTES + _CIPHER_BYTES) * terms.n_sender
        return points + _KEY_BYTES + pairs + _SIZE.size + _CIPHER_BYTES + SUM_BYTES

    def effort(self, terms: Terms, sender: Machine, receiver: Machine) -> Effort:
        """See `Psi.effort`."""
        every = terms.n_sender + terms.n_receiver
        theirs = work_s(terms.n_sender, every, sender) + 1e-6 * _ENCRYPT_US[sender.vectors != AVX512] * terms.n_sender
        ours = work_s(terms.n_receiver, every, receiver) + 1e-6 * _ADD_US[receiver.vectors != AVX512] * terms.n_sender
        fixed_s = _KEY_S + (0.0 if sender.ready and receiver.ready else _LOAD_S)
        return Effort(theirs, ours, on_all_cores=True, at_once=True, round_trips=3, fixed_s=fixed_s)


def _checked(values: npt.NDArray[np.int64] | None, count: int) -> npt.NDArray[np.int64]:
    if values is None or values.shape != (count,) or np.any(np.abs(values) >> VALUE_BITS):
        raise ValueError(f"the sender needs {count} whole numbers below 2^{VALUE_BITS} in magnitude")
    return values


def _pairs(payload: bytes, key: PublicKey, count: int) -> tuple[Bytes, Block]:
    """Read points, and after them ciphertexts."""
    if len(payload) != count * (POINT_BYTES + _CIPHER_BYTES):
        raise BadPayload(f"{len(payload)} bytes where {count} points and ciphertexts are expected")
    return exactly(payload[: count * POINT_BYTES], count, POINT_BYTES), _checked_block(
        key, payload[count * POINT_BYTES :]
    )


def _checked_block(key: PublicKey, data: bytes) -> Block:
    block = Block.raw(key, data)
    key.check(block.data)
    return block


def _too_few(terms: Terms) -> TooFewRows:
    told = f"fewer than {terms.at_least} ids are common, and the sum over so few is not told"
    return TooFewRows(told, public_detail=told)


PSI = IntersectionSum()
