"""The standard letters about registrations: their default texts, and what their placeholders stand for."""

from collections.abc import Callable, Sequence

from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.messages.letters import LetterText, StandardLetter
from trainer.messages.placeholders import Placeholder
from trainer.registration.models import RegistrationStatus

NOTIFIED_STATUSES = (
    RegistrationStatus.REGISTERED,
    RegistrationStatus.APPLIED,
    RegistrationStatus.WAITING,
    RegistrationStatus.OFFERED,
    RegistrationStatus.OFFER_EXPIRED,
    RegistrationStatus.REFUSED,
    RegistrationStatus.CANCELLED,
)
"""The statuses that people are notified of; each is also the kind of its message."""
REMINDER_KIND, LINK_KIND, CHANGE_KIND = "reminder", "link", "change"

COMMON_PLACEHOLDERS = (
    Placeholder("name", _l("Given name and patronymic"), _l("Aigul Maratkyzy")),
    Placeholder("seminar", _l("Title of the seminar"), _l("The basics of care")),
    Placeholder("dates", _l("Days and times"), _l("2 June 2025, 10:00–16:00")),
    Placeholder("venue", _l("Venue and city"), _l("Rehabilitation centre, Aktau")),
    Placeholder("page", _l("Address of the person’s own page"), "https://example.org/r/…"),
    Placeholder("contact", _l("Phone or email of the organiser"), "+7 701 555 01 01"),
)
CANCELLING = Placeholder(
    "cancelling",
    _l("How to cancel, while that is possible"),
    _l("If you can’t come, please cancel on your page."),
)


def frame_letter(heading: str, sentences: Sequence[str] = (), subject: str = "") -> LetterText:
    """Return a text in the current language: greeting, subject and sentences, dates and venue, page address, contact."""
    subject = subject or f"{heading}: {{seminar}}"
    paragraphs = (
        [_("Hello, %(name)s!", name="{name}")],
        [subject, *sentences],
        ["{dates}", "{venue}"],
        [_("Your page: %(address)s", address="{page}"), _("Organiser: %(contact)s", contact="{contact}")],
    )
    return LetterText(subject, "\n\n".join("\n".join(lines) for lines in paragraphs))


def write_waiting_letter() -> LetterText:
    """Return the default letter to somebody on the waiting list."""
    sentences = [
        _("Your number on the waiting list: %(number)s.", number="{number}"),
        _("We will let you know if a place becomes available."),
    ]
    return frame_letter(_("You are on the waiting list"), sentences)


def write_offer_letter() -> LetterText:
    """Return the default letter to somebody for whom a seat is held."""
    sentences = [
        _("It will be held for you until %(moment)s.", moment="{deadline}"),
        _("Please accept or decline it on your page."),
    ]
    return frame_letter(_("A place is available for you"), sentences)


def write_expired_offer_letter() -> LetterText:
    """Return the default letter to somebody who has not answered an offer."""
    sentence = _("While registration is open, you can rejoin the waiting list on your page.")
    return frame_letter(_("The offer of a place has expired"), [sentence])


def write_cancelled_letter() -> LetterText:
    """Return the default letter to somebody whose registration was cancelled."""
    sentence = _("If this is a mistake, you can register again on your page while registration is open.")
    return frame_letter(_("Your registration has been cancelled"), [sentence])


def write_applied_letter() -> LetterText:
    """Return the default letter to somebody whose registration has to be approved."""
    return frame_letter(
        _("Your application has been received"), [_("The organiser will decide, and we will let you know.")]
    )


def write_link_letter() -> LetterText:
    """Return the default letter with the address of the personal page."""
    sentence = _(
        "Your page address was requested, or you were registered again with the same details. If this was not you, "
        "you do not need to do anything."
    )
    return frame_letter(_("Your personal page"), [sentence, "{cancelled}"])


def build_standard_letter(
    kind: str, write_default: Callable[[], LetterText], *placeholders: Placeholder, required: Sequence[str] = ("page",)
) -> StandardLetter:
    """Return a standard letter with the common placeholders and some of its own, without some of which it has no use."""
    return StandardLetter(kind, write_default, (*COMMON_PLACEHOLDERS, *placeholders), frozenset(required))


STANDARD_LETTERS = (
    build_standard_letter(
        RegistrationStatus.REGISTERED, lambda: frame_letter(_("You are registered"), ["{cancelling}"]), CANCELLING
    ),
    build_standard_letter(RegistrationStatus.APPLIED, write_applied_letter),
    build_standard_letter(
        RegistrationStatus.WAITING,
        write_waiting_letter,
        Placeholder("number", _l("Number on the waiting list"), "3"),
    ),
    build_standard_letter(
        RegistrationStatus.OFFERED,
        write_offer_letter,
        Placeholder("deadline", _l("Until when the place is held"), _l("2 June 2025, 18:00")),
        required=("page", "deadline"),
    ),
    build_standard_letter(RegistrationStatus.OFFER_EXPIRED, write_expired_offer_letter),
    build_standard_letter(
        RegistrationStatus.REFUSED,
        lambda: frame_letter(_("The organiser could not accept your application")),
        required=(),
    ),
    build_standard_letter(RegistrationStatus.CANCELLED, write_cancelled_letter, required=()),
    build_standard_letter(
        REMINDER_KIND, lambda: frame_letter(_("We look forward to seeing you"), ["{cancelling}"]), CANCELLING
    ),
    build_standard_letter(
        CHANGE_KIND,
        lambda: frame_letter("{change}", ["{changes}", "{cancelling}"]),
        Placeholder("change", _l("What has changed, in a few words"), _l("The seminar has moved to another date")),
        Placeholder(
            "changes", _l("What was and what is"), _l("Before: 2 June 2025, 10:00–16:00\nNow: 9 June 2025, 10:00–16:00")
        ),
        CANCELLING,
        required=("changes",),
    ),
    build_standard_letter(
        LINK_KIND,
        write_link_letter,
        Placeholder("cancelled", _l("That the seminar is cancelled, if it is"), ""),
    ),
)
