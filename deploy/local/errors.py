"""What can go wrong when a federation is set up or started on one machine."""

from common.errors import HanseError


class NotSetUp(HanseError):
    """There is no federation in this folder."""

    code = "HAN-9001"
    title = "No federation here"
    status = "NOT_FOUND"
    http = 404
    hint = "Start one with `hanse up`, or name its folder with --home."


class StartFailed(HanseError):
    """A service did not become healthy."""

    code = "HAN-9002"
    title = "A service did not start"
    status = "UNAVAILABLE"
    http = 503
    hint = "Read the end of its log, mend the cause, and run `hanse up` again."


class PortTaken(HanseError):
    """A port that this federation keeps is used by another program."""

    code = "HAN-9003"
    title = "A port is in use"
    status = "UNAVAILABLE"
    http = 503
    hint = "End the other program (`ss -ltnp` shows it); the ports stand on the ledger and cannot be picked anew."


class RunsAlready(HanseError):
    """The folder's federation was started by somebody else's supervisor."""

    code = "HAN-9004"
    title = "The federation runs already"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "`hanse status` shows it; `hanse stop` ends it."


class OtherMembers(HanseError):
    """The folder holds a federation of other members than the demo's."""

    code = "HAN-9006"
    title = "A federation of other members is here"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Give the demo a folder of its own: hanse demo --home var/other (with --members 2 for two members)."


class DemoFailed(HanseError):
    """The demo's result is not what it must be."""

    code = "HAN-9005"
    title = "The demo's result is out of its bounds"
    status = "INTERNAL"
    http = 500
    hint = "Read var/demo/report.json; this is a defect of Hanse: please report it."
