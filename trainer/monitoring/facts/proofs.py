"""Facts of evidence: files, publications and their views, what they prove, hand-overs, registers, figures entered."""

from collections import defaultdict
from datetime import date
from functools import cached_property

from sqlalchemy import select

from trainer.evidence.distribution.models import HandOver
from trainer.evidence.models import EvidenceItem, EvidenceLink
from trainer.evidence.publications.models import Publication, PublicationViews, publication_screenshot
from trainer.evidence.registers.models import RegisterEntry
from trainer.monitoring.facts.reader import FactsReader
from trainer.monitoring.facts.records import (
    EntryRecord,
    HandOverRecord,
    ItemRecord,
    LinkRecord,
    PublicationRecord,
    ViewsRecord,
)
from trainer.monitoring.models import EnteredFigure
from trainer.projects.models import Activity


class ProofFacts(FactsReader):
    """What is known of evidence, each group read when it is first asked for."""

    @cached_property
    def items(self) -> dict[int, ItemRecord]:
        """Return the files that were uploaded and not removed by then, by id; kind, date and month by the audit log."""
        columns = (getattr(EvidenceItem, name) for name in ItemRecord._fields)
        query = select(*columns).where(
            EvidenceItem.project_id == self.scope.project.id,
            EvidenceItem.uploaded_at <= self.scope.as_of,
            self.build_removal_condition(EvidenceItem.removed_at),
        )
        items = self.read(ItemRecord, query.order_by(EvidenceItem.id))
        return {item.id: item for item in items.values() if not self.is_removed(item.removed_at)}

    @cached_property
    def publications(self) -> dict[int, PublicationRecord]:
        """Return the publications that were added and not removed by then, by id; kind and activity by the audit log."""
        columns = (getattr(Publication, name) for name in PublicationRecord._fields)
        query = select(*columns).where(
            Publication.project_id == self.scope.project.id,
            Publication.added_at <= self.scope.as_of,
            self.build_removal_condition(Publication.removed_at),
        )
        publications = self.read(PublicationRecord, query.order_by(Publication.id))
        return {row.id: row for row in publications.values() if not self.is_removed(row.removed_at)}

    @cached_property
    def links(self) -> dict[int, list[LinkRecord]]:
        """Return what proves each indicator by its id: links made and not removed by then, of files and publications there."""
        query = select(*(getattr(EvidenceLink, name) for name in LinkRecord._fields)).where(
            EvidenceLink.indicator_id.in_(self.indicator_ids),
            EvidenceLink.linked_at <= self.scope.as_of,
            self.build_removal_condition(EvidenceLink.removed_at),
        )
        links: dict[int, list[LinkRecord]] = defaultdict(list)
        for link in self.read(LinkRecord, query.order_by(EvidenceLink.id)).values():
            if not self.is_removed(link.removed_at) and (
                link.item_id in self.items or link.publication_id in self.publications
            ):
                links[link.indicator_id].append(link)
        return links

    @cached_property
    def indicator_ids(self) -> list[int]:
        """Return the ids of all indicators of the plan."""
        own = [indicator.id for activity in self.activities.values() for indicator in activity.indicators]
        return [*own, *(indicator.id for indicator in self.scope.project.social_impact)]

    @cached_property
    def views(self) -> dict[int, list[ViewsRecord]]:
        """Return the entries of views made by then by publication, in the order of their days."""
        query = (
            select(*(getattr(PublicationViews, name) for name in ViewsRecord._fields))
            .join(Publication, Publication.id == PublicationViews.publication_id)
            .where(Publication.project_id == self.scope.project.id, PublicationViews.entered_at <= self.scope.as_of)
            .order_by(PublicationViews.counted_on, PublicationViews.id)
        )
        views: dict[int, list[ViewsRecord]] = defaultdict(list)
        for row in self.session.execute(query):
            views[row[0]].append(ViewsRecord(*row))
        return views

    @cached_property
    def screenshots(self) -> dict[int, list[int]]:
        """Return the ids of the files that were attached to publications as screenshots by then, by publication.

        A screenshot that was detached leaves no trace, so it never counts.
        """
        table = publication_screenshot.c
        query = (
            select(table.publication_id, table.item_id)
            .join(Publication, Publication.id == table.publication_id)
            .where(Publication.project_id == self.scope.project.id, table.attached_at <= self.scope.as_of)
            .order_by(table.item_id)
        )
        screenshots: dict[int, list[int]] = defaultdict(list)
        for publication_id, item_id in self.session.execute(query):
            if item_id in self.items:
                screenshots[publication_id].append(item_id)
        return screenshots

    @cached_property
    def hand_overs(self) -> dict[int, list[HandOverRecord]]:
        """Return the lines of distribution lists by file: added and not removed by then, handed over in the period."""
        query = (
            select(*(getattr(HandOver, name) for name in HandOverRecord._fields))
            .join(EvidenceItem, EvidenceItem.id == HandOver.item_id)
            .where(
                EvidenceItem.project_id == self.scope.project.id,
                HandOver.added_at <= self.scope.as_of,
                self.build_removal_condition(HandOver.removed_at),
            )
        )
        lines: dict[int, list[HandOverRecord]] = defaultdict(list)
        for line in self.read(HandOverRecord, query).values():
            if not self.is_removed(line.removed_at) and line.handed_on and self.scope.covers(line.handed_on):
                lines[line.item_id].append(line)
        return lines

    @cached_property
    def register(self) -> dict[str, list[EntryRecord]]:
        """Return the register entries by kind: added and not removed by then, for some day of the period."""
        query = select(*(getattr(RegisterEntry, name) for name in EntryRecord._fields)).where(
            RegisterEntry.project_id == self.scope.project.id,
            RegisterEntry.added_at <= self.scope.as_of,
            self.build_removal_condition(RegisterEntry.removed_at),
        )
        entries: dict[str, list[EntryRecord]] = defaultdict(list)
        for entry in self.read(EntryRecord, query.order_by(RegisterEntry.id)).values():
            begins_later = entry.since and self.scope.end and entry.since > self.scope.end
            ended_before = entry.until and self.scope.start and entry.until < self.scope.start
            if not (self.is_removed(entry.removed_at) or begins_later or ended_before):
                entries[entry.kind].append(entry)
        return entries

    @cached_property
    def entered_figures(self) -> dict[tuple[int, str], EnteredFigure]:
        """Return the last figure entered by then for a day until then, by indicator and unit; it must lie in the period."""
        query = select(EnteredFigure).where(
            EnteredFigure.indicator_id.in_(self.indicator_ids),
            EnteredFigure.entered_at <= self.scope.as_of,
            EnteredFigure.valid_on <= self.scope.today,
        )
        return {
            (figure.indicator_id, figure.unit): figure
            for figure in self.session.scalars(query.order_by(EnteredFigure.id))
            if not self.is_removed(figure.removed_at) and self.scope.covers(figure.valid_on)
        }

    def get_item_day(self, item: ItemRecord) -> date:
        """Return the local day on which a file was made: when it was taken, else when it was uploaded."""
        moment = item.taken_at or item.uploaded_at
        return self.scope.get_local_day(moment) if moment else self.scope.today

    def is_item_in_period(self, item: ItemRecord) -> bool:
        """Return whether a file belongs to the period: by its day, or by the month that it is for."""
        return self.scope.covers(item.month or self.get_item_day(item))

    def list_activity_publications(self, activity: Activity) -> list[PublicationRecord]:
        """Return the publications of an activity: those that belong to it, and those that prove one of its indicators."""
        linked = {
            link.publication_id
            for indicator in activity.indicators
            for link in self.links.get(indicator.id, ())
            if link.publication_id
        }
        return [row for row in self.publications.values() if row.activity_id == activity.id or row.id in linked]

    def list_activity_items(self, activity: Activity) -> list[ItemRecord]:
        """Return the files of an activity: those that belong to it, and those that prove one of its indicators."""
        linked = {
            link.item_id
            for indicator in activity.indicators
            for link in self.links.get(indicator.id, ())
            if link.item_id
        }
        return [item for item in self.items.values() if item.activity_id == activity.id or item.id in linked]

    def get_views(self, publication_id: int) -> int:
        """Return the views of a publication in the period: by the latest entry for a day in it or before.

        What it had before the period is taken off; views can't become fewer, so the difference is at least 0.
        """
        last_day = min(self.scope.today, self.scope.end or self.scope.today)
        latest = before = 0
        for entry in self.views.get(publication_id, ()):
            if entry.counted_on <= last_day:
                latest = entry.views
            if self.scope.start and entry.counted_on < self.scope.start:
                before = entry.views
        return max(0, latest - before)
