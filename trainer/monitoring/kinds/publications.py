"""Kinds that count publications and their views."""

from collections.abc import Iterable

from trainer.evidence.models import EvidenceKind
from trainer.evidence.publications.models import PublicationKind
from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.facts.records import PublicationRecord
from trainer.monitoring.kinds.files import select_files, select_published, select_screenshots
from trainer.monitoring.kinds.selection import CountedRow, RowKind, Target
from trainer.projects.models import Indicator

PICTURES_AND_RECORDINGS = (
    EvidenceKind.PHOTO,
    EvidenceKind.VIDEO,
    EvidenceKind.AUDIO,
    EvidenceKind.SCREENSHOT,
    EvidenceKind.INFOGRAPHIC,
    EvidenceKind.BANNER,
)


def select_publications(facts: ProjectFacts, indicator: Indicator, target: Target) -> list[CountedRow]:
    """Select the linked publications of any kind; in screenshots, those of the activity; in documents, linked documents too.

    Reads links made by then of publications that were there.
    """
    if target.unit == "screenshot":
        return select_screenshots(facts, indicator, target)
    publications = select_published(facts, indicator, set(PublicationKind))
    if target.unit != "document":
        return publications
    return [*publications, *select_files(facts, indicator, set(EvidenceKind) - set(PICTURES_AND_RECORDINGS))]


def select_views(facts: ProjectFacts, indicator: Indicator, _target: Target) -> list[CountedRow]:
    """Select the publications of the activity with their views: those of the latest entry for a day until then.

    Of a period counts what was gained in it. Reads entries made by then; entries are never changed.
    """
    if indicator.activity is None:
        return select_indirect_beneficiaries(facts, indicator, _target)
    return build_views_rows(facts, facts.list_activity_publications(indicator.activity))


def select_indirect_beneficiaries(facts: ProjectFacts, _indicator: Indicator, _target: Target) -> list[CountedRow]:
    """Select all publications of the project with their views, each once, whatever it proves.

    Reads entries of views made by then.
    """
    return build_views_rows(facts, facts.publications.values())


def build_views_rows(facts: ProjectFacts, publications: Iterable[PublicationRecord]) -> list[CountedRow]:
    """Return a row for each publication with views."""
    counted = ((publication, facts.get_views(publication.id)) for publication in publications)
    return [
        CountedRow(RowKind.PUBLICATION, publication.id, views, day=publication.published_on)
        for publication, views in counted
        if views
    ]
