"""What can go wrong in fusion, each with a code, a cause and a next step.

One list in the order of subjects, long as it is: whoever adds an error sees which codes and words there are.
"""

from common.errors import HanseError


class UnknownTask(HanseError):
    """No such alignment, or none with this partner."""

    code = "HAN-8001"
    title = "There is no such alignment"
    status = "NOT_FOUND"
    http = 404
    hint = "Look for it in the list of alignments."


class UnknownPartner(HanseError):
    """No such partner."""

    code = "HAN-8002"
    title = "There is no such partner"
    status = "NOT_FOUND"
    http = 404
    hint = "Choose one from the list of partners, or add it by the invitation that its node shows."


class UnknownDataSet(HanseError):
    """No such data set."""

    code = "HAN-8003"
    title = "There is no such data set"
    status = "NOT_FOUND"
    http = 404
    hint = "Choose one from the list of data sets, or add it first."


class BadFile(HanseError):
    """A file that is neither a whole CSV nor a Parquet file."""

    code = "HAN-8004"
    title = "The file cannot be read"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Mend the named line and add the file again; a CSV file begins with a line of column names."


class BadColumns(HanseError):
    """The id columns do not fit the data set or the proposal."""

    code = "HAN-8005"
    title = "The id columns do not fit"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Name as many columns as the partner does, in the same order, all of them in the data set."


class MessageDiffers(HanseError):
    """A message came again with other contents."""

    code = "HAN-8007"
    title = "This message was delivered with other contents before"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Propose a new alignment."


class NotReady(HanseError):
    """The other side has to do something first."""

    code = "HAN-8008"
    title = "The partner is not that far yet"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Ask again in a second."


class WrongState(HanseError):
    """The alignment is in a state that does not allow this."""

    code = "HAN-8009"
    title = "The alignment's state does not allow this"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Look at the alignment again: somebody may have acted on it meanwhile."


class PartnerDiffers(HanseError):
    """A partner of this name is known with other keys."""

    code = "HAN-8010"
    title = "This partner is known with other keys"
    status = "ALREADY_EXISTS"
    http = 409
    hint = "If its operator says by telephone that keys were renewed, take the partner's new keys."


class Dishonest(HanseError):
    """A partner sent what the protocol does not allow."""

    code = "HAN-8011"
    title = "The partner sent what the protocol does not allow"
    status = "FAILED_PRECONDITION"
    http = 422
    hint = "Try again; if it happens again, the partner's software is faulty or dishonest."


class NoResult(HanseError):
    """The alignment has no result here."""

    code = "HAN-8012"
    title = "The alignment has no result at this node"
    status = "NOT_FOUND"
    http = 404
    hint = "Only a succeeded alignment has one; where only the receiver learns, or only size or sum, there is none."


class BadToken(HanseError):
    """No token, or a wrong one."""

    code = "HAN-8013"
    title = "The token is missing or wrong"
    status = "UNAUTHENTICATED"
    http = 401
    hint = "Give the token: it is the only line of the file token in the node's home folder."


class DataSetInUse(HanseError):
    """The data set belongs to an alignment that has not ended."""

    code = "HAN-8014"
    title = "The data set is in use"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Stop the alignment, or wait for its end."


class NoIds(HanseError):
    """No row has an id."""

    code = "HAN-8015"
    title = "No row has an id"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Choose other id columns, or another key rule."


class PartnerEnded(HanseError):
    """The partner has ended the alignment."""

    code = "HAN-8016"
    title = "The partner has ended the alignment"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Talk to the partner; then propose the alignment again."


class TooManyRows(HanseError):
    """More ids than this node takes."""

    code = "HAN-8017"
    title = "Too many ids"
    status = "INVALID_ARGUMENT"
    http = 413
    hint = "Split the data set; or the operators of both nodes raise max_rows in their settings (fusion.toml)."


class PartnerInUse(HanseError):
    """The partner takes part in an alignment that has not ended."""

    code = "HAN-8018"
    title = "The partner takes part in an alignment that has not ended"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Stop the alignment first."


class OfferDiffers(HanseError):
    """A proposal came again with another content."""

    code = "HAN-8019"
    title = "This alignment was proposed differently before"
    status = "ALREADY_EXISTS"
    http = 409
    hint = "Propose a new alignment."


class TimedOut(HanseError):
    """The alignment did not end in time."""

    code = "HAN-8020"
    title = "The alignment did not end in time"
    status = "DEADLINE_EXCEEDED"
    http = 504
    hint = "Ask the partner whether they saw the proposal; then propose it again."


class BadInvitation(HanseError):
    """A text that is no invitation, or not a whole one."""

    code = "HAN-8031"
    title = "The invitation cannot be read"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Copy the whole line that the partner's node shows, from hanse-fusion-1. to its end."


class WrongFingerprint(HanseError):
    """The fingerprint that somebody typed is not the partner's."""

    code = "HAN-8032"
    title = "The fingerprint is not this partner's"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = (
        "Compare all 64 digits with what the partner's operator reads to you from their node; if they differ, delete"
        " the partner and ask for a new invitation: somebody may have changed it on its way."
    )


class NotConfirmed(HanseError):
    """Our operator has not confirmed the partner, or has blocked it."""

    code = "HAN-8033"
    title = "The partner is not confirmed here"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Compare the fingerprint with the partner's operator by telephone, and confirm the partner."


class NotConfirmedThere(HanseError):
    """The other node's operator has not confirmed the caller."""

    code = "HAN-8034"
    title = "The other node has not confirmed this one yet"
    status = "PERMISSION_DENIED"
    http = 403
    hint = "Ask the partner's operator to compare fingerprints and to confirm this node; then try again."


class VersionDiffers(HanseError):
    """Two nodes speak versions that do not fit."""

    code = "HAN-8035"
    title = "The two nodes speak different versions"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Bring the node with the older version to the newer one's."


class HashUnknown(HanseError):
    """Columns are said to hold hashes already, and the rule has none; or this system lacks the rule's."""

    code = "HAN-8036"
    title = "The key rule's hash does not do"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Choose as the key rule's hash what the columns were hashed by, or do not say that they are hashed already."


class NothingInCommon(HanseError):
    """The ids of both sides have not one shape in common."""

    code = "HAN-8037"
    title = "The ids of both sides do not look alike at all"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = (
        "Compare with the partner which columns and which key rule make the ids (digits, case, spaces, hash); or"
        " accept anyway."
    )


class BadChoice(HanseError):
    """The partner chose a protocol that the proposal does not allow."""

    code = "HAN-8041"
    title = "The chosen protocol was not offered"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Install the same version of fusion at both nodes, and propose the alignment again."


RAISE_LIMIT = "Split the file, or the node's operator raises max_upload_bytes in its settings (fusion.toml)."
UPLOAD_AGAIN = "Free some space where the node keeps its data, and add the file again; nothing of it was kept."


class DiskFull(HanseError):
    """No room for what an alignment must keep; it waits."""

    code = "HAN-8042"
    title = "The node's disk is full"
    status = "RESOURCE_EXHAUSTED"
    http = 507
    hint = "Free some space where the named node keeps its data; the alignment goes on by itself then."


class DataSetChanged(HanseError):
    """The data set's file is gone, or is not the one that was counted."""

    code = "HAN-8043"
    title = "The data set has changed since the proposal"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Add the data set again, and propose the alignment with it."


class UnknownSchedule(HanseError):
    """No such schedule."""

    code = "HAN-8044"
    title = "There is no such schedule"
    status = "NOT_FOUND"
    http = 404
    hint = "Look for it in the list of schedules; it may have been deleted."


class BadSchedule(HanseError):
    """A rule or an end that cannot be."""

    code = "HAN-8045"
    title = "The schedule's rule or end cannot be"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = 'Give five cron fields in UTC, for instance "0 6 * * 1-5", and an end that is to come.'


class NoBoard(HanseError):
    """No board is set."""

    code = "HAN-8046"
    title = "This node knows no board"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = (
        "The node's operator sets board_url and board_token_file (a personal access token of an account of the board)"
        " in its settings (fusion.toml)."
    )


class BoardRefuses(HanseError):
    """The board does not take the result."""

    code = "HAN-8047"
    title = "The board did not take the result"
    status = "FAILED_PRECONDITION"
    http = 502
    hint = "Mend what the board says, and save the result again; it is kept here."


class TickMissed(HanseError):
    """The node did not run when a schedule was due."""

    code = "HAN-8048"
    title = "The node did not run when it was due"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Run the schedule now, by hand, if the alignment is wanted."


class RunOpen(HanseError):
    """A schedule's last run has not ended."""

    code = "HAN-8049"
    title = "The run before has not ended"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Ask the partner to answer it, or stop it."


class PausedTooLong(HanseError):
    """The alignment was paused until its limit."""

    code = "HAN-8050"
    title = "The alignment was paused for too long"
    status = "DEADLINE_EXCEEDED"
    http = 504
    hint = "Propose it again; the nodes' settings (pause_at_most_s) say how long a pause may be."


class ConsentDiffers(HanseError):
    """A later run is not on the terms that were accepted for it."""

    code = "HAN-8051"
    title = "This run is not on the terms that were accepted for later runs"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Look at the proposal, and answer it."


class OtherCertificate(HanseError):
    """A partner shows another certificate than the one that was compared."""

    code = "HAN-8052"
    title = "The partner shows another certificate than the one that is pinned here"
    status = "UNAVAILABLE"
    http = 503
    hint = (
        "Ask the partner's operator by telephone whether keys were renewed, and if so take the partner's new keys;"
        " nothing was sent, and alignments wait."
    )


class BadValue(HanseError):
    """A value of a sum's column that cannot be added."""

    code = "HAN-8061"
    title = "A value of the value column cannot be added"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Mend the named row (the first is 1) and add the data set again, or agree on other decimals."


class UnknownTable(HanseError):
    """No such table."""

    code = "HAN-8062"
    title = "There is no such table"
    status = "NOT_FOUND"
    http = 404
    hint = "Look for it in the list of prepared tables; it may have been deleted."


class TableGone(HanseError):
    """A table that an alignment counts on is not there any more, or damaged."""

    code = "HAN-8063"
    title = "The table that the alignment was to use is gone"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Propose the alignment again: it is planned anew then, with what tables there are."


class TableInUse(HanseError):
    """The table belongs to an alignment that has not ended."""

    code = "HAN-8064"
    title = "The table is in use"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Stop the alignment, or wait for its end."


class TableTooLarge(HanseError):
    """A table of more ids or bytes than this node keeps."""

    code = "HAN-8065"
    title = "The table would be too large"
    status = "INVALID_ARGUMENT"
    http = 413
    hint = "Align without a table, or the node's operator raises tables_most_bytes in its settings (fusion.toml)."


class BadTable(HanseError):
    """A partner speaks of a table that this alignment cannot use."""

    code = "HAN-8066"
    title = "The partner speaks of a table that this alignment cannot use"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Install the same version of fusion at both nodes, and propose the alignment again."


class PausedThere(HanseError):
    """The pause is the partner's."""

    code = "HAN-8053"
    title = "Only who paused the alignment goes on with it"
    status = "FAILED_PRECONDITION"
    http = 409
    hint = "Ask the partner, or stop the alignment."


class ChooseSheet(HanseError):
    """A workbook has several sheets with rows, and nobody said which one."""

    code = "HAN-8067"
    title = "The workbook has several sheets with rows"
    status = "INVALID_ARGUMENT"
    http = 400
    hint = "Choose one of the named sheets, and add the file again with it."


class TooOften(HanseError):
    """A partner's node calls more often than this node takes."""

    code = "HAN-8071"
    title = "The partner's node is called too often"
    status = "RESOURCE_EXHAUSTED"
    http = 429
    hint = "Wait for as long as the detail says; what was under way goes on by itself."


class TooManyUnanswered(HanseError):
    """So many proposals of the partner wait for people that one more helps nobody."""

    code = "HAN-8072"
    title = "Too many proposals wait for an answer"
    status = "RESOURCE_EXHAUSTED"
    http = 429
    hint = "Try again when the partner has answered some of them, or stop some."


class TooManyProposals(HanseError):
    """A partner has proposed so much within a day that the history would grow without end."""

    code = "HAN-8073"
    title = "Too many proposals within a day"
    status = "RESOURCE_EXHAUSTED"
    http = 429
    hint = "Wait for as long as the detail says, or ask the partner to raise partner_proposals_a_day."
