"""Which indicators a file can prove, by its kind."""

from collections.abc import Iterable

from trainer.evidence.models import EvidenceKind
from trainer.projects.models import Indicator

PROVED_KINDS: dict[str, tuple[str, ...]] = {
    EvidenceKind.PHOTO: ("photo", "photo_video"),
    EvidenceKind.VIDEO: ("video", "photo_video"),
    EvidenceKind.SCREENSHOT: ("screenshot",),
    EvidenceKind.INFOGRAPHIC: ("infographic",),
    EvidenceKind.BANNER: ("banner",),
    EvidenceKind.LIST: ("participants_list", "selection_list"),
    EvidenceKind.PROGRAMME: ("programme",),
    EvidenceKind.PRESS_RELEASE: ("press_release",),
    EvidenceKind.CV: ("specialist_cv",),
    EvidenceKind.HANDOUT: ("handout",),
    EvidenceKind.MEDIA_PLAN: ("media_plan",),
    EvidenceKind.DIGEST: ("digest",),
    EvidenceKind.MATERIAL: ("developed_material",),
    EvidenceKind.DISTRIBUTION_LIST: ("material_distribution",),
    EvidenceKind.PROTOCOL: ("protocol",),
    EvidenceKind.REPORT: ("report", "trip_report"),
}
"""The kinds of indicators that a file of a kind proves without anybody looking at it. A person may link it to others too."""


def list_matching_indicators(indicators: Iterable[Indicator], kind: str) -> list[Indicator]:
    """Return the indicators that a file of this kind proves."""
    return [indicator for indicator in indicators if indicator.kind in PROVED_KINDS.get(kind, ())]
