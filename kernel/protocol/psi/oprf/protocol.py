"""The protocol of README.md as the port wants it."""

from kernel.crypto.kernels import loaded
from kernel.protocol.psi.oprf.plan import Plan
from kernel.protocol.psi.oprf.receiver import Receiver
from kernel.protocol.psi.oprf.sender import Sender
from kernel.protocol.psi.port import Digests, Found, Learns, Side, Terms


class Oprf:
    """See README.md."""

    name = "oprf"
    learns = frozenset({Learns.RECEIVER, Learns.BOTH})
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


PSI = Oprf()
