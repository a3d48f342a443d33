"""How many of those who could answer a survey have answered it, and who has not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.attendance.ledger import came
from trainer.people.models import Person
from trainer.projects.models import Activity, Task
from trainer.raw_queries import numbers
from trainer.registration.models import Registration, State
from trainer.seminars.models import Seminar
from trainer.surveys.models import Purpose, Survey
from trainer.surveys.responses import respondents
from trainer.surveys.results.aggregation import Results


@dataclass(frozen=True)
class Turnout:
    """Registrations, those merged into others under the ones that were kept."""

    due: frozenset[int]
    """Who is to answer: whoever came; before a test of what is known already, whoever has a place."""
    answered: frozenset[int]

    @property
    def owing(self) -> frozenset[int]:
        """Who is to answer and has not."""
        return self.due - self.answered

    @property
    def done(self) -> int:
        """How many of those who are to answer have."""
        return len(self.due & self.answered)

    @property
    def beside(self) -> int:
        """How many have answered whose attendance is not marked."""
        return len(self.answered - self.due)

    def is_census(self, found: Results) -> bool:
        """Whether the share of satisfied is exact: everybody who is to answer has said it once, and nobody else."""
        said = found.satisfaction.answered if found.satisfaction else 0
        return bool(self.due) and self.due == self.answered and len(self.due) == found.responses == said


def turnout(session: Session, survey: Survey, now: datetime) -> Turnout:
    """Give who is to answer a survey and who has; for a survey of the whole project one registration of each person."""
    seminars = seminars_of(session, survey)
    table = Registration.__table__
    placed = select(table.c.id).where(
        table.c.seminar_id.in_([each.id for each in seminars]), table.c.state == State.REGISTERED
    )
    [due] = numbers(session, placed)
    if survey.purpose != Purpose.PRE_TEST:
        due &= came(session, seminars, now)
    answered = respondents(session, survey)
    if survey.for_project:
        one_of = first_of_each(session, due | answered, answered)
        due, answered = {one_of[each] for each in due}, {one_of[each] for each in answered}
    return Turnout(frozenset(due), frozenset(answered))


def seminars_of(session: Session, survey: Survey) -> list[Seminar]:
    """Give the seminars whose people are asked."""
    if not survey.for_project:
        return [survey.seminar]
    wanted = select(Seminar).join(Activity, Activity.id == Seminar.activity_id).join(Task, Task.id == Activity.task_id)
    return list(session.scalars(wanted.where(Task.project_id == survey.seminar.activity.task.project_id)))


def first_of_each(session: Session, registrations: Iterable[int], answered: Iterable[int]) -> dict[int, int]:
    """Give, for each registration, the one that stands for its person: one that has answered where there is one."""
    done = set(answered)
    rows = session.execute(
        select(Registration.id, Registration.person_id).where(Registration.id.in_(list(registrations)))
    ).all()
    chosen: dict[int, int] = {}
    for registration, person in sorted(rows, key=lambda row: (row[0] not in done, row[0])):
        chosen.setdefault(person, registration)
    return {registration: chosen[person] for registration, person in rows}


def people(session: Session, registrations: Iterable[int], limit: int | None = None) -> list[Registration]:
    """Give registrations with their people, in the order of the Kazakh alphabet."""
    wanted = select(Registration).join(Registration.person).where(Registration.id.in_(list(registrations)))
    ordered = wanted.order_by(Person.sort_key, Registration.id).options(joinedload(Registration.person))
    return list(session.scalars(ordered.limit(limit)))
