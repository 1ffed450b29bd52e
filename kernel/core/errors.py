"""What can go wrong in a task, each with a code, a cause and a next step."""

from common.errors import HanseError


class ComponentFailure(HanseError):
    """Base of the failures that a component raises on purpose."""

    code = "HAN-4000"
    title = "The task failed"
    status = "FAILED_PRECONDITION"
    http = 422
    hint = "Read the detail; change the data or the parameters and run the job again."


class UndeclaredMessage(ComponentFailure):
    """A component tried to send or receive what its manifest does not declare."""

    code = "HAN-4001"
    title = "Undeclared message"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "The component's code does not keep to its manifest. Do not use this version; tell its author."


class ParametersDiffer(ComponentFailure):
    """The parties do not run the same component with the same shared parameters."""

    code = "HAN-4002"
    title = "The members' parameters or component versions differ"
    hint = "Install the same version of Hanse at every member, then run the job again."


class PeerGone(ComponentFailure):
    """A partner cannot be reached."""

    code = "HAN-4003"
    title = "A partner cannot be reached"
    status = "UNAVAILABLE"
    http = 503
    hint = "The job waits and tries again by itself. If it lasts, ask the partner's operator."


class Cancelled(ComponentFailure):
    """Our own side stopped the task."""

    code = "HAN-4004"
    title = "Stopped"
    status = "CANCELLED"
    http = 409
    hint = "Resume the job when you want it to go on."


class BadPayload(ComponentFailure):
    """A partner's payload has the wrong length, range or key."""

    code = "HAN-4005"
    title = "A partner sent what the protocol does not allow"
    hint = "Run the job again; if it happens again, the partner's software is faulty or dishonest."


class BadParameters(ComponentFailure):
    """Parameters that the component's schema refuses."""

    code = "HAN-4006"
    title = "Invalid parameters"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Correct the named field in the flow."


class NoOverlap(ComponentFailure):
    """The members have no id in common."""

    code = "HAN-4010"
    title = "No common ids"
    hint = "Check that every member uses the same kind of id, written the same way."


class TooFewRows(ComponentFailure):
    """Not enough rows for what was asked."""

    code = "HAN-4011"
    title = "Too few rows"
    hint = "Use more data, or a smaller model."


class DuplicateIds(ComponentFailure):
    """Ids that should be unique are not."""

    code = "HAN-4012"
    title = "Duplicate or empty ids"
    hint = "Import again with duplicates=first to keep the first row of each id, or clean the file."


class NotNumeric(ComponentFailure):
    """A feature that must be a number is not."""

    code = "HAN-4013"
    title = "Non-numeric feature"
    hint = "Put a one_hot node before this one, or leave the column out (`columns` of the data_import node)."


class MissingValues(ComponentFailure):
    """Missing or non-finite values where none are allowed."""

    code = "HAN-4014"
    title = "Missing values"
    hint = "Put a fill_missing node before this one."


class ConstantColumns(ComponentFailure):
    """A column has a single value."""

    code = "HAN-4015"
    title = "Constant columns"
    hint = "Leave them out: name the columns to keep under `columns` of the data_import node."


class BadLabel(ComponentFailure):
    """The label is missing, has one class, or is not of the kind that the component needs."""

    code = "HAN-4016"
    title = "Unusable label"
    hint = "Two classes are written as 0 and 1; vert_secureboost (softmax) learns several classes, vert_linear numbers."


class UnknownColumn(ComponentFailure):
    """A parameter names a column that the table does not have."""

    code = "HAN-4017"
    title = "Unknown column"
    hint = "Choose from the table's columns."


class OutOfRange(ComponentFailure):
    """A value does not fit the fixed-point range."""

    code = "HAN-4018"
    title = "Values too large for fixed-point arithmetic"
    hint = "Put a standardise node before this one; it also shows extreme values."


class NotConverged(ComponentFailure):
    """An iterative method left its range."""

    code = "HAN-4019"
    title = "Training diverged"
    hint = "Standardise the features, raise the L2 penalty, or lower the learning rate."


class NotAligned(ComponentFailure):
    """The members' tables do not hold the same ids in the same order."""

    code = "HAN-4020"
    title = "The members' tables are not aligned"
    hint = "Put a psi node before this one, and let every node in between treat all members' rows alike."


class OtherTraining(ComponentFailure):
    """The members' parts of a model come from different trainings."""

    code = "HAN-4022"
    title = "The members' parts of the model are of different trainings"
    hint = (
        "Connect `model` to one and the same training at all members; a part from before trainings had ids needs a "
        "new training."
    )


class DataChanged(ComponentFailure):
    """A data set has other contents than those that the job was agreed on."""

    code = "HAN-4021"
    title = "A data set has another version than the job's"
    hint = "Start a new job, so that its members agree on the present version."
