"""All facts of a project together, and the seminars that count for an activity."""

from functools import cached_property

from trainer.monitoring.facts.events import EventFacts
from trainer.monitoring.facts.proofs import ProofFacts
from trainer.monitoring.facts.seminars import SeminarFact
from trainer.projects.models import Activity
from trainer.projects.vocabulary import EVENT_TYPES
from trainer.seminars.models import SeminarKind


class ProjectFacts(EventFacts, ProofFacts):
    """What all figures of a project are counted from."""

    @cached_property
    def seminars_by_activity(self) -> dict[int, list[SeminarFact]]:
        """Return the seminars by the activity that they belong to."""
        seminars: dict[int, list[SeminarFact]] = {activity_id: [] for activity_id in self.activities}
        for seminar in self.seminars.values():
            if seminar.activity_id in seminars:
                seminars[seminar.activity_id].append(seminar)
        return seminars

    def list_source_seminars(self, activity: Activity | None) -> list[SeminarFact]:
        """Return the seminars from which an activity is counted; for the project's own figures, all.

        They are those of the activities chosen as its sources. If none are chosen, its own, if it is an event that people take
        part in or has seminars (a ceremony alone does not make it one), else those of all activities of its task. So
        "Certification and feedback" counts the surveys and certificates of the seminars beside it.
        """
        if activity is None:
            return list(self.seminars.values())
        if activity.id not in self.source_seminars:
            self.source_seminars[activity.id] = self.find_source_seminars(activity)
        return self.source_seminars[activity.id]

    @cached_property
    def source_seminars(self) -> dict[int, list[SeminarFact]]:
        """Return what `list_source_seminars` has found so far: each of the activity's indicators asks for them."""
        return {}

    def find_source_seminars(self, activity: Activity) -> list[SeminarFact]:
        """Return the seminars of the sources of an activity."""
        own = self.seminars_by_activity[activity.id]
        event_type = EVENT_TYPES.get(activity.event_type)
        has_own = any(seminar.kind != SeminarKind.CEREMONY for seminar in own)
        sources = [activity] if has_own or (event_type and event_type.has_participants) else activity.task.activities
        return [
            seminar
            for source in (activity.chosen_sources or sources)
            for seminar in self.seminars_by_activity.get(source.id, ())
        ]

    def list_ceremonies(self, activity: Activity | None) -> list[SeminarFact]:
        """Return the ceremonies of an activity or of its sources."""
        own = self.seminars_by_activity[activity.id] if activity else []
        seminars = {seminar.id: seminar for seminar in (*own, *self.list_source_seminars(activity))}
        return [seminar for seminar in seminars.values() if seminar.kind == SeminarKind.CEREMONY]
