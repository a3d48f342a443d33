"""How the desk says in words where a registration stands, what was done, and why something was not."""

from collections.abc import Sequence

from trainer.documents.upload_tables import Unreadable
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.registration.desk.bulk_actions import Action, Hindrance, Outcome
from trainer.registration.models import Purpose, State

STATES = {
    State.REGISTERED: _l("Has a place"),
    State.APPLIED: _l("Awaits approval"),
    State.WAITING: _l("On the waiting list"),
    State.OFFERED: _l("Place offered"),
    State.LAPSED: _l("Offer lapsed"),
    State.DUPLICATE: _l("Likely duplicate"),
    State.MERGED: _l("Merged"),
    State.REFUSED: _l("Refused"),
    State.CANCELLED: _l("Cancelled"),
}
TONES = {
    **dict.fromkeys(State, "soft"),
    State.REGISTERED: "good",
    State.APPLIED: "warn",
    State.DUPLICATE: "warn",
    State.WAITING: "",
    State.OFFERED: "",
}
PURPOSES = {
    Purpose.PERSONAL_DATA: _l("Processing of personal data"),
    Purpose.PHOTO: _l("Photo and video"),
}
ACTIONS = {
    Action.APPROVE: _l("Approve"),
    Action.REFUSE: _l("Refuse"),
    Action.CANCEL: _l("Cancel the registration"),
    Action.OFFER: _l("Offer a place now"),
    Action.RESTORE: _l("Bring back to the list"),
    Action.MERGE: _l("Merge two (the same person)"),
}
DONE = {
    Action.APPROVE: _l("Approved"),
    Action.REFUSE: _l("Refused"),
    Action.CANCEL: _l("Cancelled"),
    Action.OFFER: _l("Place offered"),
    Action.RESTORE: _l("Brought back"),
    Action.MERGE: _l("Merged"),
    Action.OTHER: _l("Recognised as another person"),
    Action.UNMERGE: _l("Merge taken back"),
}
UNREADABLE = {
    Unreadable.OLD_EXCEL: _l(
        "This is a file of an old Excel (.xls), or one with a password. Open it and save it as .xlsx without a password."
    ),
    Unreadable.TOO_LARGE: _l(
        "This list is too large: at most 2,000 people fit. Delete empty rows and foreign sheets, or divide the list."
    ),
    Unreadable.NO_TABLE: _l("This is no table that can be read. Please choose an .xlsx or .csv file."),
    Unreadable.EMPTY: _l("The file holds no people."),
}
NAMED = 5  # people at most in a sentence


def hindrance(reason: Hindrance) -> str:
    """Say why something was not possible."""
    return {
        Hindrance.STATE: _("This does not apply to where the registration stands."),
        Hindrance.FULL: _("No place is free."),
        Hindrance.BEGUN: _("The seminar has begun: whether somebody came is said by attendance."),
        Hindrance.THERE: _("The same person is on the list by another registration."),
        Hindrance.CHANGED: _("It has been changed meanwhile."),
        Hindrance.FORGOTTEN: _("This person asked for the data to be erased."),
    }[reason]


def hindered(outcome: Outcome) -> list[str]:
    """Say for whom something was not possible and why, a sentence for each reason."""
    return [
        _("Not possible for: %(names)s.", names=names) + " " + hindrance(reason)
        for reason in Hindrance
        if (names := listed([each.person.full_name for each, why in outcome.hindered if why == reason]))
    ]


def listed(names: Sequence[str]) -> str:
    """List names, and the number of those that are too many to name."""
    shown = ", ".join(names[:NAMED])
    rest = len(names) - NAMED
    return _("%(names)s and %(num)d more", names=shown, num=rest) if rest > 0 else shown
