"""Words for what evidence is."""

from babel.numbers import format_decimal

from trainer.evidence.models import EvidenceKind, MediaKind, Publicity
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
EVIDENCE_KIND_NAMES = {
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
PUBLICITY_NAMES = {
    Publicity.UNCHECKED: _l("Not checked yet"),
    Publicity.HARMLESS: _l("No one without consent can be recognised"),
    Publicity.KEPT_OUT: _l("Keep out of publications and of the pack"),
}


def format_file_size(size: int) -> str:
    """Return a size in bytes in the unit that suits it, of 1000, in the page's language."""
    if size < 1000:
        return _("%(size)s B", size=size)
    if size < 1_000_000:
        return _("%(size)s kB", size=size // 1000)
    return _("%(size)s MB", size=format_decimal(size / 1_000_000, "#,##0.0", locale=get_page_language()))
