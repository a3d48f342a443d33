"""Words of a seminar: names of its kinds, and those that only accredited bodies may print."""

import re
import unicodedata
from functools import lru_cache

from certificates import designs
from trainer.language.collation import fold
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.seminars.models import CertificateKind, Format, Kind

KINDS = {
    Kind.SEMINAR: _l("Seminar"),
    Kind.COURSE: _l("Training course"),
    Kind.ROUND_TABLE: _l("Round table"),
    Kind.MEETING: _l("Meeting"),
}
FORMATS = {Format.OFFLINE: _l("In person"), Format.ONLINE: _l("Online")}
AUDIENCES = {"": _l("Anyone"), "medical_worker": _l("Medical workers"), "personal_assistant": _l("Personal assistants")}
CERTIFICATE_KINDS = {
    CertificateKind.PARTICIPATION: _l("Participation"),
    CertificateKind.COMPLETION: _l("Completion"),
}
DESIGN_NAMES = {"standard": _l("Classic"), "quiet": _l("Quiet"), "steppe": _l("Steppe"), "portrait": _l("Portrait")}
DESIGNS = {name: DESIGN_NAMES.get(name, name) for name in designs()}

# Additional medical education and its papers belong to accredited organisations (orders ҚР ДСМ-303/2020 and ҚР ДСМ-283/2020).
# Each is a row of beginnings of words.
TRAINING = (
    "повышен квалификац",
    "біліктілі артты",
    "квалификац артты",
    "continuing medical education",
    "certificate of advanced training",
)
CREDITS = (
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
PAPERS = ("куәлі", "свидетельств", "удостоверен", "аттестат")
INNOCENT = tuple(
    map(fold, ("дипломат", "лицензир", "diplomac", "diplomat"))
)  # begin like one of these and mean something else


def reserved_word(text: str) -> str:
    """Give the first words in a text that only an accredited organisation may print, empty where there are none."""
    return found_in(text, TRAINING + CREDITS)


def reserved_in_heading(text: str) -> str:
    """Give what a heading may not call the paper, empty where there is nothing."""
    return found_in(text, TRAINING + CREDITS + PAPERS)


def reserved_in_name(text: str) -> str:
    """Give what may stand in no name of an organisation or position; many are rightly called after advanced training."""
    return found_in(text, CREDITS)


@lru_cache(maxsize=256)  # a batch says the same on every paper
def found_in(text: str, phrases: tuple[str, ...]) -> str:
    """Give the first words of a text that begin as those of a phrase do, as they are written; empty where there are none."""
    written = re.findall(r"[\w'’]+", unicodedata.normalize("NFC", text).replace("_", " "))
    folded = [fold(word) for word in written]
    for phrase in phrases:
        stems = fold(phrase).split()
        for place in range(len(folded) - len(stems) + 1):
            if all(map(begins, folded[place:], stems)):
                return " ".join(written[place : place + len(stems)])
    return ""


def begins(word: str, stem: str) -> bool:
    """Whether a folded word begins with a stem, and is none of the innocent ones."""
    return word.startswith(stem) and not word.startswith(INNOCENT)


def audience_name(audience: str) -> str:
    """Name an audience; one that the plan brought and we don't know is shown as it is written."""
    return str(AUDIENCES.get(audience, audience)) if audience else _("Anyone")
