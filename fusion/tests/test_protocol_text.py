"""PROTOCOL.md's worked numbers are those of the code."""

import hashlib
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import fusion
from common import canonical
from common.rpc.wire import Opening
from fusion.domain import states
from fusion.domain.cleaning import Cleaning
from fusion.domain.key_rule import KeyRule
from fusion.domain.models import Task
from fusion.service.terms import offered, salt_of, table_key
from kernel.protocol.psi.port import Terms, digests_of
from proto.fusion.v1 import fusion_pb2 as pb

TEXT = (Path(fusion.__file__).parent / "PROTOCOL.md").read_text("utf-8")
ID = "00112233445566778899aabbccddeeff"
TASK = Task(
    task=ID,
    name="",
    partner="beta",
    role=states.RECEIVER,
    proposed_here=True,
    state=states.RUNNING,
    protocol="auto",
    learns="receiver",
    key_rule=KeyRule(),
    created_ms=0,
    expires_ms=1,
    salt=bytes(range(32)),
)


def test_the_signature() -> None:
    key = Ed25519PrivateKey.from_private_bytes(
        bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    )
    request = pb.DoneRequest(task=ID).SerializeToString()
    method = "/hanse.fusion.v1.FusionPeerService/Done"
    opening = Opening(method, "alpha", "beta", "1790000000000", bytes(range(16)).hex())
    said = dict(opening.metadata(key.sign(opening.signed_bytes(request))))
    for value in (
        key.private_bytes_raw().hex(),
        request.hex(),
        hashlib.sha256(request).hexdigest(),
        method,
        said["hanse-timestamp"],
        said["hanse-nonce"],
        said["hanse-signature"],
    ):
        assert f"`{value}`" in TEXT


def test_the_hashes_of_ids() -> None:
    key = salt_of(TASK, "alpha")
    hashed = b"".join(len(text).to_bytes(4, "big") + text for text in (b"alpha", b"beta", ID.encode()))
    assert hashlib.blake2b(hashed, key=TASK.salt, digest_size=32, person=b"hanse-psi-nodes").digest() == key
    joined = KeyRule(columns=2, case="lower").key(["Ann ", "Lee"])
    digests = digests_of(["00042", joined], key)
    for value in (hashed.hex(), key.hex(), digests[0].tobytes().hex(), digests[1].tobytes().hex(), joined):
        assert f"`{value}`" in TEXT
    assert f"`{KeyRule().dumps().decode()}`" in TEXT
    cleaning = Cleaning(keep="no_separators", prefixes=("+86", "0086"))
    assert f"`{canonical.dumps(KeyRule(clean=(cleaning,)).model_dump()['clean'][0]).decode()}`" in TEXT
    written = " +86 (138) 0000\u20111111"
    assert (f"`{written}`" in TEXT, KeyRule(clean=(cleaning,)).key([written])) == (True, "13800001111")
    table = table_key("alpha", "beta", bytes(range(32, 64)))
    for value in (table.hex(), digests_of(["00042"], table)[0].tobytes().hex()):
        assert f"`{value}`" in TEXT


def test_every_call_is_told_of_and_the_example_adds_up() -> None:
    calls = pb.DESCRIPTOR.services_by_name["FusionPeerService"].methods_by_name
    for name in calls:
        assert f"| `{name}` |" in TEXT
    assert offered()["curve25519"].n_bytes(Terms(ID, 3, 3)) == 96 + 96 + 27
