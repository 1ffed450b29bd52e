"""What can go wrong with jobs."""

from common.errors import HanseError


class NoSuchJob(HanseError):
    """There is no such job at this member."""

    code = "HAN-5001"
    title = "Unknown job"
    status = "NOT_FOUND"
    http = 404
    hint = "Check the job's id; `hanse job list` shows those of this member."


class InvalidJob(HanseError):
    """The flow cannot be run as it is drawn."""

    code = "HAN-5002"
    title = "The flow is not valid"
    status = "INVALID_ARGUMENT"
    http = 422
    hint = "Correct the named node in the flow."


class WrongState(HanseError):
    """What was asked does not fit the job's state."""

    code = "HAN-5003"
    title = "The job's state does not allow this"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Look at the job's state and try what fits it."


class OtherVersion(HanseError):
    """A member has another version of a component."""

    code = "HAN-5004"
    title = "The members have different versions of a component"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Install the same version of Hanse at every member."


class RefusedByMember(HanseError):
    """A member's people or rules do not allow the job."""

    code = "HAN-5005"
    title = "A member refuses the job"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Ask the member's data owner; the reason says what is missing."


class JobTimedOut(HanseError):
    """The job's deadline has passed."""

    code = "HAN-5006"
    title = "The job's deadline has passed"
    status = "DEADLINE_EXCEEDED"
    http = 504
    hint = "See what the job waited for; resume it with a later deadline."


class NotTheirJob(HanseError):
    """A member asks about a job that it has no part in, or commands one that it did not start."""

    code = "HAN-5007"
    title = "Not your job"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Only the job's parties may ask, and only its promoter may command."


class BadSchedule(HanseError):
    """The cron expression or the time zone cannot be read."""

    code = "HAN-5008"
    title = "Unreadable schedule"
    status = "INVALID_ARGUMENT"
    http = 422
    hint = "Write five fields, for instance `0 6 * * 1-5`, and an IANA time zone such as Europe/Berlin."


class TooManyAttempts(HanseError):
    """A task failed again and again for lack of a partner or a process."""

    code = "HAN-5009"
    title = "The task failed in every attempt"
    status = "UNAVAILABLE"
    http = 503
    hint = "See the last attempt's cause; resume the job when it is mended."


class NoSuchSchedule(HanseError):
    """There is no such schedule at this member."""

    code = "HAN-5010"
    title = "Unknown schedule"
    status = "NOT_FOUND"
    http = 404
    hint = "Check the schedule's id; `hanse schedule list` shows those of this member."
