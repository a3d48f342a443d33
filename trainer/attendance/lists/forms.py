"""Forms for choosing documents: participants' lists and sign-in sheets, for several days or sessions at once."""

from werkzeug.datastructures import MultiDict
from wtforms import RadioField, SelectChoice
from wtforms.validators import DataRequired

from trainer.attendance.lists.participants import LastColumn
from trainer.attendance.lists.wording import LAST_COLUMN_LABELS
from trainer.language import LANGUAGE_NAMES, dates
from trainer.language.choice import get_page_language
from trainer.language.translate import lazy_gettext as _l
from trainer.seminars.models import Seminar, SeminarSession
from trainer.web.forms import BaseForm, TickField

DOCUMENT_LANGUAGES = ("kk", "ru")
LANGUAGE_CHOICES = [SelectChoice(code, LANGUAGE_NAMES[code]) for code in DOCUMENT_LANGUAGES]


class ParticipantListForm(BaseForm):
    """The lists to download. The form is sent by GET and changes nothing, so it carries no token."""

    class Meta:
        csrf = False

    day = TickField(_l("Day"), [DataRequired(_l("Choose at least one day."))])
    column = RadioField(
        _l("Last column"),
        choices=[SelectChoice(*item) for item in LAST_COLUMN_LABELS.items()],
        default=LastColumn.SIGNATURES,
        coerce=LastColumn,
    )
    language = TickField(
        _l("Language"),
        [DataRequired(_l("Choose at least one language."))],
        choices=LANGUAGE_CHOICES,
        id="list-language",
    )
    kind = RadioField(_l("Format"), choices=[SelectChoice("pdf", "PDF"), SelectChoice("xlsx", "Excel")], default="pdf")

    def set_days(self, seminar: Seminar) -> None:
        """Offer every day of the seminar."""
        labels = (dates.format_date_with_weekday(day, get_page_language()) for day in seminar.days)
        self.day.choices = [
            SelectChoice(day.isoformat(), label) for day, label in zip(seminar.days, labels, strict=True)
        ]


class SheetForm(BaseForm):
    """The sign-in sheets to create: their sessions and language."""

    session = TickField(_l("Session"), [DataRequired(_l("Choose at least one session."))], coerce=int)
    language = RadioField(_l("Language"), choices=LANGUAGE_CHOICES)


def build_participant_list_form(seminar: Seminar, arguments: MultiDict[str, str] | None = None) -> ParticipantListForm:
    """Return the form of a seminar: as submitted in `arguments`, or with every day in the language of the page."""
    days = [day.isoformat() for day in seminar.days]
    form = ParticipantListForm(arguments, day=days, language=[get_document_language()])
    form.set_days(seminar)
    return form


def build_sheet_form(seminar: Seminar, submitted: MultiDict[str, str] | None = None) -> SheetForm:
    """Return the form of a seminar: as `submitted`, or with every session in the language of the page."""
    sessions = [session.id for session in seminar.sessions]
    form = SheetForm(submitted, session=sessions, language=get_document_language())
    form.session.choices = [SelectChoice(session.id, format_session_label(session)) for session in seminar.sessions]
    return form


def format_session_label(session: SeminarSession) -> str:
    """Return the start of a session and its title in the language of the page."""
    language = get_page_language()
    start = dates.format_long_moment(session.starts_at, session.seminar.zone, language)
    return " · ".join(part for part in (start, session.title.get_text(language)) if part)


def get_document_language() -> str:
    """Return the language of the page if documents are made in it, else Kazakh."""
    language = get_page_language()
    return language if language in DOCUMENT_LANGUAGES else DOCUMENT_LANGUAGES[0]
