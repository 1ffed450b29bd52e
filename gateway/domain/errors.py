"""Errors of the gateway, HAN-3400 and following. Their details name no data, so partners may read them."""

from __future__ import annotations

from common.errors import HanseError


class GatewayError(HanseError):
    """Base of the gateway's errors: the detail is public unless said otherwise."""

    code = "HAN-3400"
    title = "The gateway cannot do this"
    status = "FAILED_PRECONDITION"
    http = 409

    def __init__(
        self,
        detail: str = "",
        *,
        hint: str | None = None,
        party: str = "",
        component: str = "",
        public_detail: str | None = None,
    ) -> None:
        public = detail or None if public_detail is None else public_detail
        super().__init__(detail, hint=hint, party=party, component=component, public_detail=public)


class NotOpenYetError(GatewayError):
    """The receiver's flow has not opened this attempt yet; the sender tries again soon."""

    code = "HAN-3401"
    title = "The task's attempt is not open yet"
    status = "UNAVAILABLE"
    http = 503
    hint = "The gateway tries again by itself; the own flow opens the task when the attempt starts."


class StaleAttemptError(GatewayError):
    """A newer attempt has taken the place of this one."""

    code = "HAN-3402"
    title = "A newer attempt of the task is open"
    hint = "Nothing: messages of older attempts are dropped."


class TaskClosedError(GatewayError):
    """The task is over."""

    code = "HAN-3403"
    title = "The task is closed"
    hint = "Nothing: the messages of a closed task are dropped."


class NoMessageYetError(GatewayError):
    """The message did not come within the wait."""

    code = "HAN-3404"
    title = "The message has not come yet"
    status = "NOT_FOUND"
    http = 404
    hint = "Ask again until the task's own deadline."


class PeerGoneError(GatewayError):
    """The sender's gateway cannot be reached."""

    code = "HAN-3405"
    title = "The partner's gateway cannot be reached"
    status = "UNAVAILABLE"
    http = 503
    hint = "The job goes on with a new attempt once the partner is back; ask its operator when it stays away."


class GrantExpiredError(GatewayError):
    """The time that the flow granted is over."""

    code = "HAN-3406"
    title = "The task's grant has expired"
    hint = "Start a new attempt, with a later deadline."


class NotGrantedError(GatewayError):
    """The manifest does not declare this message."""

    code = "HAN-3407"
    title = "The task's grant does not allow this message"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Declare the message, its roles and its size in the component's manifest."


class SpoolFullError(GatewayError):
    """The quota of the spool is used up."""

    code = "HAN-3408"
    title = "The gateway's spool for this partner is full"
    status = "RESOURCE_EXHAUSTED"
    http = 429
    hint = "Wait until messages are delivered, or raise the quota."


class MessageConflictError(GatewayError):
    """The same message came with other content."""

    code = "HAN-3409"
    title = "The message was sent before with other content"
    status = "ALREADY_EXISTS"
    http = 409
    hint = "A message is sent once per attempt and step; give each one a step of its own."


class DigestMismatchError(GatewayError):
    """The content does not have the announced length or hash."""

    code = "HAN-3410"
    title = "The message's content is not what was announced"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Send the message again."


class ResumeMismatchError(GatewayError):
    """The sender goes on from a place where the receiver is not."""

    code = "HAN-3411"
    title = "The message cannot go on from there"
    status = "ABORTED"
    hint = "The gateway asks for the resume point and tries again by itself."


class SupersededError(GatewayError):
    """A newer stream of the same message has taken over."""

    code = "HAN-3412"
    title = "A newer stream carries this message"
    status = "ABORTED"
    hint = "The gateway tries again by itself."


class NotYourMessageError(GatewayError):
    """Somebody speaks for another member."""

    code = "HAN-3413"
    title = "The message names another sender or receiver"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Nobody sends or receives for another member."


class MessageShapeError(GatewayError):
    """The stream or the key of a message has a wrong form."""

    code = "HAN-3414"
    title = "The message has a wrong form"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Send the header first, then the chunks; see proto/gateway/v1/gateway.proto."


class SpoolBrokenError(GatewayError):
    """The spool cannot be written or read."""

    code = "HAN-3415"
    title = "The gateway's spool cannot be used"
    status = "RESOURCE_EXHAUSTED"
    http = 507
    hint = "Free disk space and check the permissions of the gateway's data folder."


class DeliveryRefusedError(GatewayError):
    """The receiver's gateway refused a message for good."""

    code = "HAN-3416"
    title = "The partner's gateway refuses the message"
    hint = "Compare the component's version at both members; the detail has the partner's reason."


class UnknownMemberError(GatewayError):
    """The register has no admitted member of this id."""

    code = "HAN-3420"
    title = "The member is not known or not admitted"
    status = "NOT_FOUND"
    http = 404
    hint = "Check the id; a new member is known a few seconds after its admission."


class NotRelayableError(GatewayError):
    """The relay table does not allow this call."""

    code = "HAN-3421"
    title = "The gateway does not relay this call"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "A service calls its own kind of service only: flow to flow, board to board, serving to serving."


class RollbackError(GatewayError):
    """The union shows an older state than was seen before."""

    code = "HAN-3422"
    title = "The register went back"
    hint = "The union may have lost or hidden entries; known members stay. Ask the federation's operator."


class BadEntryError(GatewayError):
    """An entry of the register proves nothing."""

    code = "HAN-3423"
    title = "An entry of the register is not acceptable"
    status = "INVALID_ARGUMENT"
    hint = "Ask the member to register again; the entry is ignored."


class BadPolicyError(GatewayError):
    """A policy holds something that is no member or network."""

    code = "HAN-3424"
    title = "The policy is not valid"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Give member ids, and networks such as 10.1.0.0/16."
