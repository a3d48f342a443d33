"""Direct beneficiaries split by locality and by event. Each split adds up to the total, with "not stated" as a row."""

from collections import Counter
from dataclasses import dataclass

from trainer.language.translated import Translated
from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.facts.seminars import SeminarFact


@dataclass(frozen=True)
class BeneficiarySplit:
    """How many people there are, and how they divide. A person belongs to the first event attended, so that each counts once.

    `attended` tells for each event how many were there, each of whom may have been at others too.
    """

    total: int
    by_locality: list[tuple[Translated | None, int]]
    """None where no locality is stated."""
    by_event: list[tuple[int, int, int]]
    """Seminar id, people who were here first, people who were here at all."""


def split_beneficiaries(facts: ProjectFacts) -> BeneficiarySplit:
    """Return the split of everybody who was present anywhere in the project."""
    firsts: dict[int, SeminarFact] = {}
    seminars = sorted(facts.seminars.values(), key=lambda seminar: (seminar.days[:1], seminar.id))
    attended = [seminar for seminar in seminars if facts.present_people.get(seminar.id)]
    for seminar in attended:
        for person_id in facts.present_people[seminar.id]:
            firsts.setdefault(person_id, seminar)
    localities = Counter(seminar.city or None for seminar in firsts.values())
    events = Counter(seminar.id for seminar in firsts.values())
    return BeneficiarySplit(
        total=len(firsts),
        by_locality=sorted(localities.items(), key=lambda entry: (entry[0] is None, -entry[1], str(entry[0]))),
        by_event=[(seminar.id, events[seminar.id], len(facts.present_people[seminar.id])) for seminar in attended],
    )
