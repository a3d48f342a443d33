"""Texts of the organizer's pages: statuses, actions, and why an action was not possible."""

from collections.abc import Sequence

from trainer.documents.upload_limits import TableReadProblem
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.registration.desk.action_rules import BlockReason
from trainer.registration.desk.bulk_actions import BulkAction, BulkResult
from trainer.registration.models import ConsentPurpose, RegistrationStatus

STATUS_NAMES = {
    RegistrationStatus.REGISTERED: _l("Has a place"),
    RegistrationStatus.APPLIED: _l("Awaiting approval"),
    RegistrationStatus.WAITING: _l("On the waiting list"),
    RegistrationStatus.OFFERED: _l("Place offered"),
    RegistrationStatus.OFFER_EXPIRED: _l("Offer expired"),
    RegistrationStatus.SUPERSEDED: _l("Registered again"),
    RegistrationStatus.MERGED: _l("Merged"),
    RegistrationStatus.REFUSED: _l("Refused"),
    RegistrationStatus.CANCELLED: _l("Cancelled"),
}
STATUS_TONES = {
    **dict.fromkeys(RegistrationStatus, "soft"),
    RegistrationStatus.REGISTERED: "good",
    RegistrationStatus.APPLIED: "warn",
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
    BulkAction.RESTORE: _l("Restore to the list"),
    BulkAction.MERGE: _l("Merge two (the same person)"),
}
COMPLETED_ACTION_NAMES = {
    BulkAction.APPROVE: _l("Approved"),
    BulkAction.REFUSE: _l("Refused"),
    BulkAction.CANCEL: _l("Cancelled"),
    BulkAction.OFFER: _l("Place offered"),
    BulkAction.RESTORE: _l("Restored"),
    BulkAction.MERGE: _l("Merged"),
    BulkAction.SEPARATE_PERSON: _l("Recorded as a different person"),
    BulkAction.UNMERGE: _l("Merge undone"),
    BulkAction.REINSTATE: _l("Given a place on site"),
}
UNDO_ACTION_NAMES = {
    BulkAction.APPROVE: _l("Undo the approval"),
    BulkAction.REFUSE: _l("Undo the refusal"),
    BulkAction.CANCEL: _l("Undo the cancellation"),
    BulkAction.OFFER: _l("Undo the offer"),
    BulkAction.RESTORE: _l("Undo the restoring"),
    BulkAction.MERGE: _l("Undo the merge"),
    BulkAction.SEPARATE_PERSON: _l("Undo the decision"),
    BulkAction.UNMERGE: _l("Merge again"),
    BulkAction.REINSTATE: _l("Undo giving the place"),
}
"""What the button beside a completed action does. No language says it with the word for cancelling a registration."""
UNREADABLE_TABLE_MESSAGES = {
    TableReadProblem.OLD_EXCEL: _l(
        "This file is in the old Excel format (.xls) or has a password. Open it and save it as .xlsx without a "
        "password."
    ),
    TableReadProblem.TOO_LARGE: _l(
        "This list is too large: the limit is 2,000 people. Delete empty rows and unrelated sheets, or split the list."
    ),
    TableReadProblem.NO_TABLE: _l("This file can’t be read as a table. Choose an .xlsx or .csv file."),
    TableReadProblem.EMPTY: _l("The file contains no people."),
}
MAX_NAMES_IN_SENTENCE = 5


def get_seminar_full_message() -> str:
    """Return what to do when people cannot be added because all seats are taken."""
    return _("All places are taken: increase the number of places first.")


def format_block_reason(reason: BlockReason) -> str:
    """Return the sentence for a reason."""
    return {
        BlockReason.WRONG_STATUS: _("This action is not available for the current status of the registration."),
        BlockReason.SEMINAR_FULL: _("No places are available."),
        BlockReason.SEMINAR_STARTED: _("The seminar has started: use the attendance page to say who came."),
        BlockReason.ALREADY_REGISTERED: _("This person is already on the list under another registration."),
        BlockReason.CHANGED_SINCE: _("It has changed since you opened it."),
        BlockReason.ERASURE_REQUESTED: _("This person has asked for their data to be deleted."),
    }[reason]


def format_blocked_people(result: BulkResult) -> list[str]:
    """Return one sentence for each reason, with the names of the people concerned."""
    return [
        _("Not possible for: %(names)s.", names=names) + " " + format_block_reason(reason)
        for reason in BlockReason
        if (
            names := format_name_list(
                [
                    registration.person.full_name
                    for registration, block_reason in result.blocked
                    if block_reason == reason
                ]
            )
        )
    ]


def format_name_list(names: Sequence[str]) -> str:
    """Return up to MAX_NAMES_IN_SENTENCE names, and the number of the others."""
    shown = ", ".join(names[:MAX_NAMES_IN_SENTENCE])
    rest = len(names) - MAX_NAMES_IN_SENTENCE
    return _("%(names)s and %(num)d more", names=shown, num=rest) if rest > 0 else shown
