"""How the desk says in words where a registration stands, what was done, and why something was not."""

from collections.abc import Sequence

from trainer.documents.upload_tables import TableReadProblem
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.registration.desk.bulk_actions import BlockReason, BulkAction, BulkResult
from trainer.registration.models import ConsentPurpose, RegistrationStatus

STATUS_NAMES = {
    RegistrationStatus.REGISTERED: _l("Has a place"),
    RegistrationStatus.APPLIED: _l("Awaits approval"),
    RegistrationStatus.WAITING: _l("On the waiting list"),
    RegistrationStatus.OFFERED: _l("Place offered"),
    RegistrationStatus.OFFER_EXPIRED: _l("Offer lapsed"),
    RegistrationStatus.DUPLICATE: _l("Likely duplicate"),
    RegistrationStatus.MERGED: _l("Merged"),
    RegistrationStatus.REFUSED: _l("Refused"),
    RegistrationStatus.CANCELLED: _l("Cancelled"),
}
STATUS_TONES = {
    **dict.fromkeys(RegistrationStatus, "soft"),
    RegistrationStatus.REGISTERED: "good",
    RegistrationStatus.APPLIED: "warn",
    RegistrationStatus.DUPLICATE: "warn",
    RegistrationStatus.WAITING: "",
    RegistrationStatus.OFFERED: "",
}
CONSENT_PURPOSE_NAMES = {
    ConsentPurpose.PERSONAL_DATA: _l("Processing of personal data"),
    ConsentPurpose.PHOTO: _l("Photo and video"),
}
ACTION_NAMES = {
    BulkAction.APPROVE: _l("Approve"),
    BulkAction.REFUSE: _l("Refuse"),
    BulkAction.CANCEL: _l("Cancel the registration"),
    BulkAction.OFFER: _l("Offer a place now"),
    BulkAction.RESTORE: _l("Bring back to the list"),
    BulkAction.MERGE: _l("Merge two (the same person)"),
}
COMPLETED_ACTION_NAMES = {
    BulkAction.APPROVE: _l("Approved"),
    BulkAction.REFUSE: _l("Refused"),
    BulkAction.CANCEL: _l("Cancelled"),
    BulkAction.OFFER: _l("Place offered"),
    BulkAction.RESTORE: _l("Brought back"),
    BulkAction.MERGE: _l("Merged"),
    BulkAction.SEPARATE_PERSON: _l("Recognised as another person"),
    BulkAction.UNMERGE: _l("Merge taken back"),
}
UNREADABLE_TABLE_MESSAGES = {
    TableReadProblem.OLD_EXCEL: _l(
        "This is a file of an old Excel (.xls), or one with a password. Open it and save it as .xlsx without a password."
    ),
    TableReadProblem.TOO_LARGE: _l(
        "This list is too large: at most 2,000 people fit. Delete empty rows and foreign sheets, or divide the list."
    ),
    TableReadProblem.NO_TABLE: _l("This is no table that can be read. Please choose an .xlsx or .csv file."),
    TableReadProblem.EMPTY: _l("The file holds no people."),
}
MAX_NAMES_IN_SENTENCE = 5  # people at most in a sentence


def format_block_reason(reason: BlockReason) -> str:
    """Say why something was not possible."""
    return {
        BlockReason.WRONG_STATUS: _("This does not apply to where the registration stands."),
        BlockReason.SEMINAR_FULL: _("No place is free."),
        BlockReason.SEMINAR_STARTED: _("The seminar has begun: whether somebody came is said by attendance."),
        BlockReason.ALREADY_REGISTERED: _("The same person is on the list by another registration."),
        BlockReason.CHANGED_SINCE: _("It has been changed meanwhile."),
        BlockReason.ERASURE_REQUESTED: _("This person asked for the data to be erased."),
    }[reason]


def format_blocked_people(result: BulkResult) -> list[str]:
    """Say for whom something was not possible and why, a sentence for each reason."""
    return [
        _("Not possible for: %(names)s.", names=names) + " " + format_block_reason(reason)
        for reason in BlockReason
        if (names := format_name_list([each.person.full_name for each, why in result.blocked if why == reason]))
    ]


def format_name_list(names: Sequence[str]) -> str:
    """List names, and the number of those that are too many to name."""
    shown = ", ".join(names[:MAX_NAMES_IN_SENTENCE])
    rest = len(names) - MAX_NAMES_IN_SENTENCE
    return _("%(names)s and %(num)d more", names=shown, num=rest) if rest > 0 else shown
