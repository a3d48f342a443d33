"""Kinds that count files linked to the indicator."""

from collections.abc import Collection

from trainer.evidence.models import EvidenceKind, MediaKind
from trainer.evidence.publications.models import PublicationKind
from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.facts.records import ItemRecord
from trainer.monitoring.kinds.selection import CountedRow, RowKind, SelectRows, Target, get_month
from trainer.projects.models import Indicator

UNIT_KINDS: dict[str, EvidenceKind] = {
    "photo": EvidenceKind.PHOTO,
    "video": EvidenceKind.VIDEO,
    "screenshot": EvidenceKind.SCREENSHOT,
    "infographic": EvidenceKind.INFOGRAPHIC,
    "banner": EvidenceKind.BANNER,
    "media_plan": EvidenceKind.MEDIA_PLAN,
    "digest": EvidenceKind.DIGEST,
    "list": EvidenceKind.LIST,
    "programme": EvidenceKind.PROGRAMME,
    "material": EvidenceKind.MATERIAL,
    "protocol": EvidenceKind.PROTOCOL,
    "report": EvidenceKind.REPORT,
    "cv": EvidenceKind.CV,
}
"""The kind of file that is counted in a unit."""
PUBLISHED_UNITS = {
    "video": PublicationKind.VIDEO,
    "infographic": PublicationKind.INFOGRAPHIC,
    "banner": PublicationKind.BANNER,
}
"""What counts as a file or as a publication."""


def build_item_row(facts: ProjectFacts, item: ItemRecord) -> CountedRow:
    """Return the row of a file, with its day and the month that it is for."""
    day = facts.get_item_day(item)
    return CountedRow(RowKind.ITEM, item.id, day=day, month=item.month or get_month(day))


def select_files(facts: ProjectFacts, indicator: Indicator, kinds: Collection[str]) -> list[CountedRow]:
    """Select the files of some kinds that are linked to an indicator, each once, in the period."""
    ids = dict.fromkeys(link.item_id for link in facts.links.get(indicator.id, ()) if link.item_id in facts.items)
    items = (facts.items[item_id] for item_id in ids if item_id is not None)
    return [build_item_row(facts, item) for item in items if item.kind in kinds and facts.is_item_in_period(item)]


def select_published(facts: ProjectFacts, indicator: Indicator, kinds: Collection[str]) -> list[CountedRow]:
    """Select the publications of some kinds that are linked to an indicator, each once, in the period."""
    ids = dict.fromkeys(
        link.publication_id for link in facts.links.get(indicator.id, ()) if link.publication_id in facts.publications
    )
    publications = (facts.publications[number] for number in ids if number is not None)
    return [
        CountedRow(RowKind.PUBLICATION, row.id, day=row.published_on, month=get_month(row.published_on))
        for row in publications
        if row.kind in kinds and row.published_on and facts.scope.covers(row.published_on)
    ]


def select_linked_media(facts: ProjectFacts, indicator: Indicator, target: Target) -> list[CountedRow]:
    """Select the linked files of the target's unit; infographics, banners and videos also as publications.

    With the proof "screenshot", a video is proved by a screenshot of it: whichever are more count. Reads links made by then
    of files and publications that were there, with their kinds of then by the audit log.
    """
    kind = UNIT_KINDS.get(target.unit)
    rows = select_files(facts, indicator, {kind}) if kind else []
    if target.unit in PUBLISHED_UNITS:
        rows += select_published(facts, indicator, {PUBLISHED_UNITS[target.unit]})
    if target.proof == "screenshot" and target.unit != "screenshot":
        screenshots = select_files(facts, indicator, {EvidenceKind.SCREENSHOT})
        return max(rows, screenshots, key=len)
    return rows


def select_screenshots(facts: ProjectFacts, indicator: Indicator, _target: Target) -> list[CountedRow]:
    """Select the linked screenshots, and those attached to publications of the activity, each once.

    Reads links and attachments made by then.
    """
    linked = select_files(facts, indicator, {EvidenceKind.SCREENSHOT})
    if indicator.activity is None:
        return linked
    ids = {row.id for row in linked}
    attached = dict.fromkeys(
        item_id
        for publication in facts.list_activity_publications(indicator.activity)
        for item_id in facts.screenshots.get(publication.id, ())
        if item_id not in ids and facts.is_item_in_period(facts.items[item_id])
    )
    return [*linked, *(build_item_row(facts, facts.items[item_id]) for item_id in attached)]


def select_handouts(facts: ProjectFacts, indicator: Indicator, target: Target) -> list[CountedRow]:
    """Select the linked handouts. Where photos are asked for, they are photos: of any subject, or handouts photographed.

    Reads links made by then, with the kinds of then by the audit log.
    """
    if target.unit == "photo":
        photos = select_files(facts, indicator, {EvidenceKind.PHOTO, EvidenceKind.HANDOUT})
        return [row for row in photos if is_photo(facts.items[row.id])]
    more = {"material": EvidenceKind.MATERIAL, "document": EvidenceKind.DOCUMENT}
    kinds = {EvidenceKind.HANDOUT, *([more[target.unit]] if target.unit in more else [])}
    return select_files(facts, indicator, kinds)


def is_photo(item: ItemRecord) -> bool:
    """Return whether a file is a photo, as evidence or by its content."""
    return item.kind == EvidenceKind.PHOTO or item.media_kind == MediaKind.PHOTO


def build_document_kind(kind: EvidenceKind) -> SelectRows:
    """Return the function of a kind that counts linked files of one kind; in the unit "document", other documents too."""

    def select_documents(facts: ProjectFacts, indicator: Indicator, target: Target) -> list[CountedRow]:
        """Select the linked documents. Reads links made by then, with the kinds of then by the audit log."""
        return select_files(facts, indicator, {kind, *([EvidenceKind.DOCUMENT] if target.unit == "document" else [])})

    return select_documents


def select_distributions(facts: ProjectFacts, indicator: Indicator, _target: Target) -> list[CountedRow]:
    """Select the documents of the activity that were handed over to somebody, and the linked distribution lists.

    Reads lines of distribution lists and links made and not removed by then.
    """
    linked = select_files(facts, indicator, {EvidenceKind.DISTRIBUTION_LIST})
    if indicator.activity is None:
        return linked
    ids = {row.id for row in linked}
    items = facts.list_activity_items(indicator.activity)
    handed_over = (item for item in items if item.id not in ids and facts.hand_overs.get(item.id))
    return [*linked, *(build_item_row(facts, item) for item in handed_over)]
