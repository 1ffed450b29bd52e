"""The member's own keys: fingerprints for administrators, rotation by the super administrator's own hand."""

from pydantic import Field

from board.api.http.operation import Fields, Reply, Resource, View
from board.api.http.sessions import Password
from board.domain.accounts import Account, Role
from board.service.accounts import Accounts
from board.service.key_rotation import KeyRotation, State


class KeysView(View):
    """The member's keys, each by its SHA-256 fingerprint."""

    signing: str = Field(description="Of the raw Ed25519 public key.")
    stream: str = Field(description="Of the raw X25519 public key.")
    tls: str = Field(description="Of the certificate (DER), as `openssl x509 -fingerprint -sha256` gives it.")
    since_ms: int = Field(description="When they came on the ledger; 0: they are not there, or the union is away.")
    state: State = Field(
        description="restart: board and gateway still run with the keys before; interrupted: rotate again to go on."
    )


class NewRotation(Fields):
    """Rotating asks for the password again, so that a stolen sign-in is not enough."""

    password: Password


class RotatedView(View):
    """Done; other members refuse this one until these services were restarted."""

    transaction: str
    kept: str = Field(description="Folder of the old keys, in the member's `identity` folder.")
    restart: list[str] = Field(description="Services that have to be restarted now.")


def keys(accounts: Accounts, rotation: KeyRotation) -> Resource:
    """Make the resource."""
    resource = Resource("keys")

    @resource.operation("GET", "/member/keys", "Fingerprints of our keys", role=Role.ADMIN, answer=KeysView)
    def show() -> object:
        return rotation.show()

    @resource.operation(
        "POST",
        "/member/keys/rotations",
        "Give the member new keys; board and gateway have to be restarted then",
        role=Role.SUPER_ADMIN,
        answer=RotatedView,
        status=201,
        in_person=True,
    )
    def rotate(account: Account, body: NewRotation) -> Reply:
        accounts.prove(account, body.password, "keys_rotation_refused")
        transaction, kept = rotation.rotate(account.account)
        told = {"transaction": transaction, "kept": kept.name, "restart": ["board", "gateway"]}
        return Reply(told, "/member/keys")

    return resource
