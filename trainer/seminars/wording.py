"""Words of a seminar: names of its kinds, and those that only accredited bodies may print."""

from certificates import designs
from trainer.language.names import fold
from trainer.language.words import gettext as _
from trainer.language.words import lazy_gettext as _l
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
RESERVED = (
    "кредит",
    "зачетных единиц",
    "біліктілікті арттыру туралы",
    "повышении квалификации",
    "сертификаттау курсы",
    "сертификационный курс",
    "диплом",
    "лицензия",
    "certificate of advanced training",
    "credit hours",
)


def reserved_word(text: str) -> str:
    """Give the first word in a text that only an accredited organisation may print, empty where there is none."""
    folded = fold(text)
    return next((word for word in RESERVED if fold(word) in folded), "")


def audience_name(audience: str) -> str:
    """Name an audience; one that the plan brought and we don't know is shown as it is written."""
    return str(AUDIENCES.get(audience, audience)) if audience else _("Anyone")
