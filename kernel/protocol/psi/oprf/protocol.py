"""The protocol of README.md as the port wants it."""

from kernel.crypto.kernels import loaded
from kernel.protocol.psi.effort import AVX2, AVX512, NONE, Effort, Machine
from kernel.protocol.psi.oprf.plan import Plan
from kernel.protocol.psi.oprf.receiver import Receiver
from kernel.protocol.psi.oprf.sender import Sender
from kernel.protocol.psi.port import Digests, Found, Learns, Side, Terms

# Microseconds of one core an id: AMD Zen 5, 2026. Without carry-less multiplication the field costs ten times as much.
_FIXED_S, _LOAD_S, _SLOWER = 0.05, 1.0, {AVX512: 1, AVX2: 1, NONE: 10}


class Oprf:
    """See README.md."""

    name = "oprf"
    learns = frozenset({Learns.RECEIVER, Learns.BOTH})
    automatic = True
    assumption = (
        "semi-honest; syndrome decoding (regular noise, expand-convolute code over GF(2^128)), computational "
        "Diffie–Hellman on P-256, hashes as random oracles, AES as an ideal cipher"
    )

    def send(self, side: Side, digests: Digests) -> Found:
        """Run the sender's steps."""
        loaded()
        return Sender.of(side, digests).run()

    def receive(self, side: Side, digests: Digests) -> Found:
        """Run the receiver's steps."""
        loaded()
        return Receiver.of(side, digests).run()

    def n_bytes(self, terms: Terms) -> int:
        """See `Psi.n_bytes`."""
        return Plan(terms).n_bytes()

    def effort(self, terms: Terms, sender: Machine, receiver: Machine) -> Effort:
        """See `Psi.effort`."""
        s, r = terms.n_sender, terms.n_receiver
        theirs = 1e-6 * _SLOWER[sender.vectors] * (0.4 * s + 0.3 * r)
        ours = 1e-6 * _SLOWER[receiver.vectors] * (0.3 * s + 0.6 * r)
        fixed_s = _FIXED_S + (0.0 if sender.ready and receiver.ready else _LOAD_S)
        return Effort(theirs, ours, on_all_cores=False, at_once=False, round_trips=4, fixed_s=fixed_s)


PSI = Oprf()
