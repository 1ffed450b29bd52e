"""What can go wrong in serving, each with a code, a cause and a next step."""

from common.errors import HanseError


class UnknownModel(HanseError):
    """The member has no such model, or not this version of it."""

    code = "HAN-7001"
    title = "There is no such model at this member"
    status = "NOT_FOUND"
    http = 404
    hint = "Check the model's id; publish the model from the board first."


class ModelOffline(HanseError):
    """The model is here, but no version of it is online."""

    code = "HAN-7002"
    title = "The model is not online"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Put a version of the model online from this member's board."


class KeysDisagree(HanseError):
    """The providers' masks would not cancel."""

    code = "HAN-7003"
    title = "The providers do not know each other's present keys"
    status = "UNAVAILABLE"
    http = 503
    hint = "Try again. If it stays, the providers list different members: publish the same model at all of them."


class TooManyIds(HanseError):
    """More rows in one call than declared."""

    code = "HAN-7004"
    title = "Too many rows in one call"
    status = "INVALID_ARGUMENT"
    http = 413
    hint = "Split the rows over several calls, or raise max_ids_per_call at all members of the model."


class QuotaReached(HanseError):
    """The calls of this minute are used up."""

    code = "HAN-7005"
    title = "The quota of this minute is used up"
    status = "RESOURCE_EXHAUSTED"
    http = 429
    hint = "Wait for the next minute, or ask for a greater quota."


class BadKey(HanseError):
    """No API key, or one that nobody made."""

    code = "HAN-7006"
    title = "The API key is missing or wrong"
    status = "UNAUTHENTICATED"
    http = 401
    hint = "Send the header Authorization: Bearer <API key>; keys are made with python -m serving create-key."


class OtherModelsKey(HanseError):
    """The API key opens another model."""

    code = "HAN-7007"
    title = "The API key does not open this model"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Ask for a key of this model."


class NotAPartner(HanseError):
    """A member asks who has no part in it."""

    code = "HAN-7008"
    title = "This member may not ask that of the model"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Scores are asked by the model's promoter, keys by its providers."


class Alone(HanseError):
    """A joint model at a serving that has no gateway."""

    code = "HAN-7009"
    title = "The partners cannot be reached, as this serving runs alone"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Set gateway_address in serving's configuration and start it again."


class BadModelPart(HanseError):
    """A model part that cannot be served."""

    code = "HAN-7010"
    title = "The model part cannot be served"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Publish the model again from a board and a kernel of the same version as this serving."


class BadSnapshot(HanseError):
    """A feature snapshot that does not fit its model."""

    code = "HAN-7011"
    title = "The feature snapshot does not fit the model"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Publish the model with the data set it was trained on, or one with the same columns."


class NotThePromoter(HanseError):
    """A provider is asked for whole predictions."""

    code = "HAN-7012"
    title = "Only the model's promoter gives predictions"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Ask the promoter's serving."


class WebServerFailed(HanseError):
    """The processes that answer HTTP do not come up."""

    code = "HAN-7013"
    title = "The HTTP side of serving does not start"
    status = "UNAVAILABLE"
    http = 503
    hint = "Read the lines above in serving's log; check http_listen."


class OtherTraining(HanseError):
    """The members' online parts of a model come from different trainings."""

    code = "HAN-7015"
    title = "The members' parts of the model are of different trainings"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = (
        "Publish the parts of one and the same training at all members and put them online. Parts from before "
        "trainings had ids go together with each other only, and every serving must be of a version that compares them."
    )


class BadAnswer(HanseError):
    """A partner's answer does not fit what was asked."""

    code = "HAN-7014"
    title = "A partner's answer does not fit the question"
    status = "INTERNAL"
    http = 502
    hint = "Ask the partner's operator whether their serving has the same version as ours."
