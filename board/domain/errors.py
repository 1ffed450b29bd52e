"""What can go wrong at the board."""

from common.errors import HanseError


class InvalidFields(HanseError):
    """A field of a request is missing or not acceptable."""

    code = "HAN-6001"
    title = "A field is not valid"
    status = "INVALID_ARGUMENT"
    http = 422
    hint = "Correct the named field."


class WrongCredentials(HanseError):
    """Account and password do not fit."""

    code = "HAN-6002"
    title = "Account or password is wrong"
    status = "UNAUTHENTICATED"
    http = 401
    hint = "Check both; an administrator can set a new password."


class LockedOut(HanseError):
    """Too many wrong passwords for one account."""

    code = "HAN-6003"
    title = "Too many failed sign-ins"
    status = "RESOURCE_EXHAUSTED"
    http = 429
    hint = "Wait a quarter of an hour, then try again."

    def __init__(self, detail: str = "", *, seconds: int = 900) -> None:
        minutes, rest = divmod(seconds, 60)
        super().__init__(f"{detail}; locked for {minutes} min {rest} s", hint=f"Try again in {minutes} min {rest} s.")
        self.retry_after_s = seconds


class AccountNotActive(HanseError):
    """The account waits for approval or is disabled."""

    code = "HAN-6004"
    title = "The account is not active"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Ask an administrator of your board to activate it."


class CsrfRefused(HanseError):
    """A change came with the cookie but without the value given at sign-in."""

    code = "HAN-6005"
    title = "The request does not come from the board's own page"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Send the header X-Hanse-CSRF with the value that GET /me gives, or sign in with a bearer token."


class RoleTooLow(HanseError):
    """The account's role does not allow this."""

    code = "HAN-6006"
    title = "Your role does not allow this"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Ask an administrator of your board."


class WrongMethod(HanseError):
    """The path exists, not with this method."""

    code = "HAN-6007"
    title = "This method is not possible here"
    status = "UNIMPLEMENTED"
    http = 405
    hint = "See /board-service/apis for what is."


class WrongMediaType(HanseError):
    """The body is of another type than the operation takes."""

    code = "HAN-6008"
    title = "The body has a type that is not taken here"
    status = "INVALID_ARGUMENT"
    http = 415
    hint = "Send JSON with Content-Type: application/json, a file with application/octet-stream."


class BadRequest(HanseError):
    """The request is not HTTP or JSON as it should be."""

    code = "HAN-6009"
    title = "The request cannot be read"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Send well-formed JSON in UTF-8."


class LengthRequired(HanseError):
    """An upload must say how long it is."""

    code = "HAN-6010"
    title = "The upload's length is missing"
    status = "INVALID_ARGUMENT"
    http = 411
    hint = "Send Content-Length."


class TooLarge(HanseError):
    """The body is larger than this operation takes."""

    code = "HAN-6011"
    title = "The body is too large"
    status = "INVALID_ARGUMENT"
    http = 413
    hint = "Send less, or ask the operator to raise max_upload_bytes."


class KeyReused(HanseError):
    """An Idempotency-Key came again with another request."""

    code = "HAN-6012"
    title = "The Idempotency-Key belongs to another request"
    status = "INVALID_ARGUMENT"
    http = 422
    hint = "Use a fresh key for each new request."


class StillRunning(HanseError):
    """The first request with this Idempotency-Key has not ended."""

    code = "HAN-6013"
    title = "The same request is still being worked on"
    status = "ABORTED"
    http = 409
    hint = "Wait a moment and send it again with the same key."


class Changed(HanseError):
    """Somebody else changed the thing since it was read."""

    code = "HAN-6014"
    title = "It was changed in the meantime"
    status = "ABORTED"
    http = 412
    hint = "Read it again and repeat your change on what is there now."


class EtagMissing(HanseError):
    """A change must say which version it is based on."""

    code = "HAN-6015"
    title = "The version that the change is based on is missing"
    status = "INVALID_ARGUMENT"
    http = 428
    hint = "Send If-Match with the ETag that you read."


class PasswordIsCode(HanseError):
    """An administrator has reset the password; the person has to choose one."""

    code = "HAN-6016"
    title = "Choose a new password first"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Set a password of your own (PUT /me/password), then go on."


class TokenMayNot(HanseError):
    """A personal token is not enough for this."""

    code = "HAN-6017"
    title = "The token does not allow this"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Use a token with the scope write, or sign in with your password for what concerns your account."


class SetupRefused(HanseError):
    """The setup token is wrong, or the board is set up already."""

    code = "HAN-6018"
    title = "The board cannot be set up with this token"
    status = "PERMISSION_DENIED"
    http = 403
    hint = (
        "Read the token with `python -m board setup-token --config FILE`; it counts once, before there is an account."
    )


class RestartWaits(HanseError):
    """The member's keys were rotated, and its processes still use the old ones."""

    code = "HAN-6019"
    title = "New keys wait for a restart"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Restart the member's board and gateway (`hanse stop`, then `hanse up`), then rotate again."


class UnknownProject(HanseError):
    """There is no such project at this member."""

    code = "HAN-6020"
    title = "Unknown project"
    status = "NOT_FOUND"
    http = 404
    hint = "Check the id; GET /projects lists them."


class ProjectNotOpen(HanseError):
    """The project is closed, expired or not accepted by all that must."""

    code = "HAN-6021"
    title = "The project is not open"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "See the project's parties and their answers."


class NotOurPart(HanseError):
    """A partner says something that is not its to say."""

    code = "HAN-6022"
    title = "This is not yours to say in this project"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Only the project's promoter may invite, and each member speaks for itself."


class NotRegistered(HanseError):
    """The member does not stand on the ledger, or has not been admitted."""

    code = "HAN-6023"
    title = "This member is not admitted to the federation"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Register at the union and ask the federation's governance for admission."


class UnknownRequest(HanseError):
    """There is no such request for data here."""

    code = "HAN-6024"
    title = "Unknown request"
    status = "NOT_FOUND"
    http = 404
    hint = "Check the id; GET /data-requests lists them."


class ReasonMissing(HanseError):
    """A refusal must say why."""

    code = "HAN-6025"
    title = "A refusal needs a reason"
    status = "INVALID_ARGUMENT"
    http = 422
    hint = "Say in a few words why; the other side reads it."


class AlreadyDecided(HanseError):
    """Somebody has decided in the meantime."""

    code = "HAN-6026"
    title = "This has been decided already"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Look at it again; the decision stands with its proof."


class UnknownDataSet(HanseError):
    """There is no such data set at this member."""

    code = "HAN-6030"
    title = "Unknown data set"
    status = "NOT_FOUND"
    http = 404
    hint = "Check the id; GET /data-sets lists them."


class DataSetInUse(HanseError):
    """An active consent or an offer names the data set."""

    code = "HAN-6031"
    title = "The data set is in use"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Revoke the consents that name it, then delete it."


class InvalidFlow(HanseError):
    """The graph cannot be run."""

    code = "HAN-6040"
    title = "The flow is not valid"
    status = "INVALID_ARGUMENT"
    http = 422
    hint = "POST /flows/{flow}/validation lists every problem with its node."


class UnknownFlow(HanseError):
    """There is no such flow."""

    code = "HAN-6041"
    title = "Unknown flow"
    status = "NOT_FOUND"
    http = 404
    hint = "Check the id; GET /flows lists them."


class UnknownModel(HanseError):
    """There is no such model at this member."""

    code = "HAN-6050"
    title = "Unknown model"
    status = "NOT_FOUND"
    http = 404
    hint = "Check the id; GET /models lists them."


class NoServing(HanseError):
    """The board has no serving to publish to."""

    code = "HAN-6051"
    title = "This member has no serving"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Set serving_address in the board's configuration."


class TooManyViews(HanseError):
    """Too many live views are open."""

    code = "HAN-6060"
    title = "Too many live views are open"
    status = "RESOURCE_EXHAUSTED"
    http = 429
    hint = "Close some pages, or raise http_threads."


class DataGone(HanseError):
    """A data set of a schedule is not there any more, or not in the project."""

    code = "HAN-6080"
    title = "A data set of the run is gone"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Its owner offers the data again, or the schedule is made anew with other data."


class NewerNotAllowed(HanseError):
    """No standing consent covers the versions that a run would read."""

    code = "HAN-6081"
    title = "No standing consent covers the data of the run"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Ask the owner for a consent that covers newer versions; GET /consents lists what it has given."


class DataTooOld(HanseError):
    """The newest version of a data set is older than a schedule takes."""

    code = "HAN-6082"
    title = "The newest version of a data set is too old"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Its owner brings in a newer version, or the schedule allows a greater age."


class ColumnsMissing(HanseError):
    """The newest version of a data set lacks columns that the flow uses."""

    code = "HAN-6083"
    title = "The newest version lacks a column that the flow uses"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Its owner brings in a version with these columns, or the flow is changed and scheduled anew."


class AddressNotAllowed(HanseError):
    """Notices must not go to this address."""

    code = "HAN-6090"
    title = "Notices must not go to this address"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Ask the operator to open host:port in notify_allow; link-local and metadata addresses stay closed."


class NotDelivered(HanseError):
    """A mail server or a webhook's receiver did not take a notice."""

    code = "HAN-6091"
    title = "The notice was not taken"
    status = "UNAVAILABLE"
    http = 503
    hint = "Check address, account, secret and that the receiver runs; then send a test."


class SecretUnreadable(HanseError):
    """A sealed secret cannot be opened with the key that is there."""

    code = "HAN-6092"
    title = "A stored secret cannot be opened"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Bring back the board's notices.key with mode 0600, or enter the secret anew."


class NotAnchored(HanseError):
    """A job that goes on has no evidence yet."""

    code = "HAN-6070"
    title = "The job stands on no ledger yet"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Wait until the job has ended; then its digests go on the ledger and the evidence can be exported."
