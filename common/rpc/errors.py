"""Errors of the signed calls: one class per check, HAN-11xx."""

from __future__ import annotations

from common.errors import HanseError


class MessageTooLargeError(HanseError):
    """A message is longer than this server takes."""

    code = "HAN-1101"
    title = "The message is too large"
    status = "RESOURCE_EXHAUSTED"
    http = 413
    hint = "Send less at once, or raise the limit at the receiver."


class AddressNotAllowedError(HanseError):
    """The caller's network address is not in the allow-list."""

    code = "HAN-1102"
    title = "Calls from this network address are not allowed"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Ask the receiver's operator to add the address to the allow-list."


class UnknownCallerError(HanseError):
    """Nobody of this id is known."""

    code = "HAN-1103"
    title = "The caller is not known"
    status = "UNAUTHENTICATED"
    http = 401
    hint = "Register the member at the union, or list the service in the member's trust file."


class CallerBlacklistedError(HanseError):
    """The receiver has blacklisted the caller."""

    code = "HAN-1104"
    title = "The caller is on the receiver's blacklist"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Talk to the receiver's operator."


class CallerFrozenError(HanseError):
    """The federation has frozen the caller."""

    code = "HAN-1105"
    title = "The caller's membership is frozen"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Talk to the federation's governance."


class ClockSkewError(HanseError):
    """The call's time is more than two minutes off."""

    code = "HAN-1106"
    title = "The clocks of caller and receiver differ too much"
    status = "UNAUTHENTICATED"
    http = 401
    hint = "Synchronise the clocks of both machines (NTP)."


class WrongAudienceError(HanseError):
    """The call was meant for somebody else."""

    code = "HAN-1107"
    title = "The call is meant for another party"
    status = "UNAUTHENTICATED"
    http = 401
    hint = "Check the address configured for the party."


class BadSignatureError(HanseError):
    """The signature does not fit the call."""

    code = "HAN-1108"
    title = "The call's signature is wrong"
    status = "UNAUTHENTICATED"
    http = 401
    hint = "Check that the caller signs with the key that the receiver knows; something may be altering the calls."


class NonceReusedError(HanseError):
    """The call was seen before."""

    code = "HAN-1109"
    title = "The call was sent before"
    status = "UNAUTHENTICATED"
    http = 401
    hint = "Sign each call anew; something may be replaying calls."


class MethodNotAllowedError(HanseError):
    """The caller may not call this method."""

    code = "HAN-1110"
    title = "The caller may not call this method"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "See the access table of the service."


class MalformedCallError(HanseError):
    """The metadata of the call is missing or has a wrong form."""

    code = "HAN-1111"
    title = "The call is not signed as Hanse asks"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "See proto/common/v1/signing.proto."


class CertificateMismatchError(HanseError):
    """The TLS certificate is not the one that the register names for the caller."""

    code = "HAN-1112"
    title = "The connection's certificate is not the caller's"
    status = "UNAUTHENTICATED"
    http = 401
    hint = "Publish the member's present certificate at the union."


class BrokenChainError(HanseError):
    """A frame of a stream is missing, altered or out of order."""

    code = "HAN-1113"
    title = "The stream's chain is broken"
    status = "ABORTED"
    http = 409
    hint = "Send the stream again; something may be altering it."


class TruncatedStreamError(HanseError):
    """A stream ended before its closing frame."""

    code = "HAN-1114"
    title = "The stream ended early"
    status = "ABORTED"
    http = 409
    hint = "Send the stream again."


class UntrustedAnswerError(HanseError):
    """A successful answer without a valid signature."""

    code = "HAN-1115"
    title = "The answer is not signed by the party that was asked"
    status = "UNAUTHENTICATED"
    http = 502
    hint = "Check the address of the party and its key at the union; something may be altering the answers."


class UnknownPeerError(HanseError):
    """The keys of the party to be called are not known here."""

    code = "HAN-1116"
    title = "The party to be called is not known"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Wait until its registration is read from the union, or list it in the member's trust file."


class MalformedMessageError(HanseError):
    """The bytes are no message of the method's type."""

    code = "HAN-1117"
    title = "The message cannot be read"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Check that both sides run compatible versions."


class AddressInUseError(HanseError):
    """The server cannot listen on its address."""

    code = "HAN-1118"
    title = "The address cannot be listened on"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Another process may use the port, perhaps this service already runs; stop it or choose another port."


class NotRelayedError(HanseError):
    """The method is not open to other members."""

    code = "HAN-1119"
    title = "Other members may not call this method"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "See the relay table of the service."
