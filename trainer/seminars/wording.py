"""Names of the kinds, formats, audiences and designs of seminars; words reserved for accredited organisations."""

import re
import unicodedata
from datetime import date
from functools import lru_cache

from certificates import list_designs
from trainer.language import dates
from trainer.language.collation import fold_text
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.seminars.models import CertificateKind, Seminar, SeminarFormat, SeminarKind

SEMINAR_KIND_NAMES = {
    SeminarKind.SEMINAR: _l("Seminar"),
    SeminarKind.COURSE: _l("Training course"),
    SeminarKind.ROUND_TABLE: _l("Round table"),
    SeminarKind.MEETING: _l("Meeting"),
    SeminarKind.CEREMONY: _l("Ceremony"),
    SeminarKind.PRESENTATION: _l("Presentation"),
    SeminarKind.SELECTION: _l("Selection"),
    SeminarKind.TRIP: _l("Trip"),
}
SEMINAR_FORMAT_NAMES = {SeminarFormat.OFFLINE: _l("In person"), SeminarFormat.ONLINE: _l("Online")}
AUDIENCE_NAMES = {
    "": _l("Anyone"),
    "medical_worker": _l("Medical workers"),
    "personal_assistant": _l("Personal assistants"),
}
CERTIFICATE_KIND_NAMES = {
    CertificateKind.PARTICIPATION: _l("Participation"),
    CertificateKind.COMPLETION: _l("Completion"),
}
DESIGN_NAMES = {"standard": _l("Classic"), "quiet": _l("Quiet"), "steppe": _l("Steppe"), "portrait": _l("Portrait")}
AVAILABLE_DESIGN_NAMES = {name: DESIGN_NAMES.get(name, name) for name in list_designs()}

# Only accredited organisations may provide and certify additional medical education (orders ҚР ДСМ-303/2020, ҚР ДСМ-283/2020).
# Each phrase is a sequence of word stems.
RESERVED_TRAINING_STEMS = (
    "повышен квалификац",
    "біліктілі артты",
    "квалификац артты",
    "continuing medical education",
    "certificate of advanced training",
)
RESERVED_CREDIT_STEMS = (
    "кредит",
    "зачетн единиц",
    "сертификаттау курс",
    "сертификаттау цикл",
    "сертификацион курс",
    "сертификацион цикл",
    "диплом",
    "лицензи",
    "credit",
    "diploma",
)
RESERVED_DOCUMENT_STEMS = ("куәлі", "свидетельств", "удостоверен", "аттестат")
UNRESERVED_STEMS = tuple(
    map(fold_text, ("дипломат", "лицензир", "diplomac", "diplomat"))
)  # begin with one of the stems but mean something else


def find_reserved_words(text: str) -> str:
    """Return the first words of a text that only accredited organisations may print, or an empty string."""
    return find_stemmed_phrase(text, RESERVED_TRAINING_STEMS + RESERVED_CREDIT_STEMS)


def find_reserved_words_in_heading(text: str) -> str:
    """Return the first words that a certificate's heading must not contain, or an empty string."""
    return find_stemmed_phrase(text, RESERVED_TRAINING_STEMS + RESERVED_CREDIT_STEMS + RESERVED_DOCUMENT_STEMS)


def find_reserved_words_in_name(text: str) -> str:
    """Return the first words that no name of an organisation or position may contain, or an empty string.

    Names of organisations may mention advanced training.
    """
    return find_stemmed_phrase(text, RESERVED_CREDIT_STEMS)


@lru_cache(maxsize=256)  # all certificates of a batch contain the same texts
def find_stemmed_phrase(text: str, phrases: tuple[str, ...]) -> str:
    """Return the first words of a text that begin with the stems of one of the phrases, or an empty string."""
    words = re.findall(r"[\w'’]+", unicodedata.normalize("NFC", text).replace("_", " "))
    folded_words = [fold_text(word) for word in words]
    for phrase in phrases:
        stems = fold_text(phrase).split()
        for start in range(len(folded_words) - len(stems) + 1):
            if all(map(has_reserved_stem, folded_words[start:], stems)):
                return " ".join(words[start : start + len(stems)])
    return ""


def has_reserved_stem(word: str, stem: str) -> bool:
    """Return whether a folded word begins with the stem and is not one of the exceptions."""
    return word.startswith(stem) and not word.startswith(UNRESERVED_STEMS)


def format_audience(audience: str) -> str:
    """Return the name of an audience; a code from a plan without a known name is returned unchanged."""
    return str(AUDIENCE_NAMES.get(audience, audience)) if audience else _("Anyone")


def format_day_hours(seminar: Seminar, day: date) -> str:
    """Return the time from the start of a day's first session to the end of its last."""
    sessions = [session for session in seminar.sessions if session.starts_at.astimezone(seminar.zone).date() == day]
    ends = max(session.ends_at for session in sessions)
    return (
        f"{dates.format_clock_time(sessions[0].starts_at, seminar.zone)}–{dates.format_clock_time(ends, seminar.zone)}"
    )


def format_title_and_days(seminar: Seminar, language: str) -> str:
    """Return title and days of a seminar in one line, as choices name it: titles repeat."""
    days = dates.format_event_days(seminar.days, language) if seminar.days else ""
    return " · ".join(filter(None, (seminar.title.get_text(language), days)))
