"""Words for what evidence is."""

from babel.numbers import format_decimal
from flask_babel import LazyString

from trainer.evidence.copies import CleaningDecision
from trainer.evidence.models import Cleaning, EvidenceKind, MediaKind, Publicity
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l

MEDIA_KIND_NAMES = {
    MediaKind.PHOTO: _l("Photograph"),
    MediaKind.VIDEO: _l("Video"),
    MediaKind.AUDIO: _l("Audio recording"),
    MediaKind.PDF: _l("PDF"),
    MediaKind.WORD: _l("Word document"),
    MediaKind.EXCEL: _l("Excel table"),
    MediaKind.POWERPOINT: _l("PowerPoint presentation"),
    MediaKind.OTHER: _l("Other file"),
}
"""What a file is by its content."""
EVIDENCE_KIND_NAMES: dict[str, LazyString] = {
    EvidenceKind.PHOTO: _l("Photograph"),
    EvidenceKind.VIDEO: _l("Video"),
    EvidenceKind.AUDIO: _l("Audio recording"),
    EvidenceKind.SCREENSHOT: _l("Screenshot"),
    EvidenceKind.INFOGRAPHIC: _l("Infographic"),
    EvidenceKind.BANNER: _l("Banner"),
    EvidenceKind.LIST: _l("List"),
    EvidenceKind.PROGRAMME: _l("Programme"),
    EvidenceKind.PRESS_RELEASE: _l("Press release"),
    EvidenceKind.CV: _l("CV"),
    EvidenceKind.HANDOUT: _l("Handout"),
    EvidenceKind.MEDIA_PLAN: _l("Media plan"),
    EvidenceKind.DIGEST: _l("Digest"),
    EvidenceKind.MATERIAL: _l("Material developed"),
    EvidenceKind.DISTRIBUTION_LIST: _l("Distribution list"),
    EvidenceKind.PROTOCOL: _l("Minutes"),
    EvidenceKind.REPORT: _l("Report"),
    EvidenceKind.DOCUMENT: _l("Other document"),
}
"""What a file is as evidence."""
PROCESSING_ERRORS = {
    "damaged": _l(
        "The file is damaged or protected by a password, so there is no preview. Check whether it opens on your device."
    ),
    "too_large": _l("The picture has too many pixels for a preview. The file itself is kept."),
    "too_slow": _l("Making a preview took too long. The file itself is kept."),
    "crashed": _l("The preview could not be made. The file itself is kept."),
    "missing": _l("The file is missing in the storage. Tell your administrator."),
}
"""Why there is no preview, by `EvidenceItem.processing_error`."""
CLEANING_NAMES = {
    Cleaning.CLEANED: _l("Place and device are removed from the copy that others get."),
    Cleaning.IMPOSSIBLE: _l("Place and device can’t be removed from this file. Decide whether others may get it."),
    Cleaning.ACCEPTED: _l("Others may get this file as it is."),
    Cleaning.KEPT_OUT: _l("This file is kept out of publications and of the pack."),
}
CLEANING_DECISIONS = {
    CleaningDecision.ACCEPTED: _l("Pass it on as it is"),
    CleaningDecision.KEPT_OUT: _l("Keep it out"),
}
PUBLICITY_NAMES = {
    Publicity.UNCHECKED: _l("Not checked yet"),
    Publicity.HARMLESS: _l("No one without consent can be recognised"),
    Publicity.KEPT_OUT: _l("Keep out of publications and of the pack"),
}


def format_length(seconds: float) -> str:
    """Return the length of a video or recording: minutes and seconds, and hours if there are any."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def format_file_size(size: int) -> str:
    """Return a size in bytes in the unit that suits it, of 1000, in the page's language."""
    if size < 1000:
        return _("%(size)s B", size=size)
    if size < 1_000_000:
        return _("%(size)s kB", size=size // 1000)
    return _("%(size)s MB", size=format_decimal(size / 1_000_000, "#,##0.0", locale=get_page_language()))
