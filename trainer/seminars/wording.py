"""Words of a seminar: names of its kinds, and those that only accredited bodies may print."""

import re
import unicodedata
from functools import lru_cache

from certificates import list_designs
from trainer.language.collation import fold_text
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.seminars.models import CertificateKind, SeminarFormat, SeminarKind

SEMINAR_KIND_NAMES = {
    SeminarKind.SEMINAR: _l("Seminar"),
    SeminarKind.COURSE: _l("Training course"),
    SeminarKind.ROUND_TABLE: _l("Round table"),
    SeminarKind.MEETING: _l("Meeting"),
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

# Additional medical education and its papers belong to accredited organisations (orders ҚР ДСМ-303/2020 and ҚР ДСМ-283/2020).
# Each is a row of beginnings of words.
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
)  # begin like one of these and mean something else


def find_reserved_words(text: str) -> str:
    """Give the first words in a text that only an accredited organisation may print, empty where there are none."""
    return find_stemmed_phrase(text, RESERVED_TRAINING_STEMS + RESERVED_CREDIT_STEMS)


def find_reserved_words_in_heading(text: str) -> str:
    """Give what a heading may not call the paper, empty where there is nothing."""
    return find_stemmed_phrase(text, RESERVED_TRAINING_STEMS + RESERVED_CREDIT_STEMS + RESERVED_DOCUMENT_STEMS)


def find_reserved_words_in_name(text: str) -> str:
    """Give what may stand in no name of an organisation or position; many are rightly called after advanced training."""
    return find_stemmed_phrase(text, RESERVED_CREDIT_STEMS)


@lru_cache(maxsize=256)  # a batch says the same on every paper
def find_stemmed_phrase(text: str, phrases: tuple[str, ...]) -> str:
    """Give the first words of a text that begin as those of a phrase do, as they are written; empty where there are none."""
    written = re.findall(r"[\w'’]+", unicodedata.normalize("NFC", text).replace("_", " "))
    folded = [fold_text(word) for word in written]
    for phrase in phrases:
        stems = fold_text(phrase).split()
        for place in range(len(folded) - len(stems) + 1):
            if all(map(has_reserved_stem, folded[place:], stems)):
                return " ".join(written[place : place + len(stems)])
    return ""


def has_reserved_stem(word: str, stem: str) -> bool:
    """Whether a folded word begins with a stem, and is none of the innocent ones."""
    return word.startswith(stem) and not word.startswith(UNRESERVED_STEMS)


def format_audience(audience: str) -> str:
    """Name an audience; one that the plan brought and we don't know is shown as it is written."""
    return str(AUDIENCE_NAMES.get(audience, audience)) if audience else _("Anyone")
