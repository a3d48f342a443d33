"""The figures of a plan once more, written apart from the product: loops over all rows, one indicator at a time.

It shares no code with `trainer.monitoring`; where the product reads groups of rows once, this reads each row as it is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.models import AttendanceMark
from trainer.base import Base
from trainer.evidence.distribution.models import HandOver
from trainer.evidence.models import EvidenceItem, EvidenceLink
from trainer.evidence.publications.models import Publication, PublicationViews, publication_screenshot
from trainer.evidence.registers.models import RegisterEntry
from trainer.issuing.models import IssuedCertificate
from trainer.projects.models import Activity, Indicator, Project
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.models import AnonymousResponse, Survey, SurveyResponse

DOCUMENTS = {
    "media_plan": "media_plan",
    "digest": "digest",
    "press_release": "press_release",
    "specialist_cv": "cv",
    "selection_list": "list",
    "protocol": "protocol",
    "trip_report": "report",
    "report": "report",
    "developed_material": "material",
}
REGISTERS = {
    "staff_employed": "staff",
    "specialists_engaged": "specialist",
    "ngos_covered": "ngo",
    "partners": "partner",
}
PUBLISHED = ("video", "infographic", "banner")
NO_DOCUMENTS = ("photo", "video", "audio", "screenshot", "infographic", "banner")
WITH_PARTICIPANTS = ("seminar", "course", "round_table", "selection", "trip", "final_meeting", "final_presentation")


@dataclass(frozen=True)
class Counted:
    """Something that counts: what it is, how much it adds, of how much, and where it belongs."""

    thing: tuple[str, int]
    amount: int = 1
    total: int = 0
    seminar_id: int | None = None
    day: date | None = None
    month: date | None = None


class Oracle:
    """Answers what the figures of a project are at a moment, for a period or for all of it."""

    def __init__(
        self, session: Session, project: Project, moment: datetime, start: date | None = None, end: date | None = None
    ) -> None:
        self.session, self.project, self.moment, self.start, self.end = session, project, moment, start, end
        self.zone = project.zone
        self.tables: dict[Any, list[Any]] = {}
        self.same: list[set[int]] = []
        for row in self.load(Registration):
            if self.status(row) == "merged" and row.created_at <= moment:
                self.join(row.person_id, self.follow(row).person_id)

    def load(self, model: type[Any]) -> list[Any]:
        """Return all rows of a table."""
        if model not in self.tables:
            key: Any = model.__table__.primary_key.columns.values()[0]
            self.tables[model] = list(self.session.scalars(select(model).order_by(key)))
        return self.tables[model]

    def status(self, row: Registration) -> str:
        """Return the status of a registration at the moment: before a change of it, registered."""
        return str(row.status) if row.status_since <= self.moment else "registered"

    def follow(self, row: Registration) -> Registration:
        """Return the registration that counts instead of a merged one."""
        while self.status(row) == "merged" and row.merged_into is not None:
            row = row.merged_into
        return row

    def join(self, one: int, other: int) -> None:
        """Note that two people are one."""
        groups = [group for group in self.same if one in group or other in group]
        self.same = [group for group in self.same if group not in groups] + [{one, other}.union(*groups)]

    def name(self, person_id: int) -> int:
        """Return a number that all rows of the same person share."""
        return next((min(group) for group in self.same if person_id in group), person_id)

    def day(self, moment: datetime) -> date:
        """Return the local day of a moment."""
        return moment.astimezone(self.zone).date()

    def inside(self, day: date) -> bool:
        """Return whether a day is in the period."""
        return not ((self.start and day < self.start) or (self.end and day > self.end))

    def there(self, added_at: datetime, removed_at: datetime | None) -> bool:
        """Return whether something had been added, and not yet removed."""
        return added_at <= self.moment and not (removed_at is not None and removed_at <= self.moment)

    # seminars

    def counts(self, seminar: Seminar) -> bool:
        """Return whether a seminar is not cancelled and belongs to the period."""
        if seminar.cancelled_at is not None and seminar.cancelled_at <= self.moment:
            return False
        days = [self.day(part.starts_at) for part in seminar.sessions]
        return self.inside(max(days)) if days else not (self.start or self.end)

    def held(self, seminar: Seminar) -> bool:
        """Return whether a seminar is over."""
        ends = [part.ends_at for part in seminar.sessions]
        return self.counts(seminar) and bool(ends) and max(ends) <= self.moment

    def sources(self, activity: Activity | None) -> list[Seminar]:
        """Return the seminars that an activity is counted from."""
        everything: list[Seminar] = self.load(Seminar)
        if activity is None:
            return everything
        chosen = {source.id for source in activity.chosen_sources}
        if not chosen:
            own = [seminar for seminar in everything if seminar.activity_id == activity.id]
            alone = activity.event_type in WITH_PARTICIPANTS or any(each.kind != "ceremony" for each in own)
            chosen = {activity.id} if alone else {each.id for each in activity.task.activities}
        return [seminar for seminar in everything if seminar.activity_id in chosen]

    def status_of(self, registration: Registration, part_id: int) -> str | None:
        """Return the status of a person in a session, from all marks of the registrations merged into one."""
        marks = [
            mark
            for mark in self.load(AttendanceMark)
            if mark.session_id == part_id
            and mark.received_at <= self.moment
            and self.follow(self.session.get_one(Registration, mark.registration_id)) is registration
        ]
        marks.sort(key=lambda mark: (mark.received_at, mark.id))
        decisions = [index for index, mark in enumerate(marks) if mark.decides]
        statuses = {mark.status for mark in marks[decisions[-1] if decisions else 0 :]}
        return statuses.pop() if len(statuses) == 1 else None

    def present(self, seminar: Seminar) -> dict[int, Registration]:
        """Return who was in a session of a seminar, by person."""
        found = {}
        for row in self.load(Registration):
            if row.seminar_id != seminar.id or self.status(row) != "registered" or row.created_at > self.moment:
                continue
            begun = [part for part in seminar.sessions if part.starts_at <= self.moment]
            if self.counts(seminar) and any(self.status_of(row, part.id) in ("present", "late") for part in begun):
                found[self.name(row.person_id)] = row
        return found

    def participants(self, seminar: Seminar) -> dict[int, Registration]:
        """Return who took part: applicants of a selection, else who was present."""
        if "selection" not in (seminar.kind, seminar.activity.event_type):
            return self.present(seminar)
        if not self.counts(seminar):
            return {}
        return {
            self.name(row.person_id): row
            for row in self.load(Registration)
            if row.seminar_id == seminar.id
            and row.created_at <= self.moment
            and self.status(row) in ("registered", "applied", "waiting", "offered")
        }

    def fits(self, seminar: Seminar, person: int, unit: str) -> bool:
        """Return whether a participant is of the audience that a unit names."""
        if unit not in ("medical_worker", "personal_assistant"):
            return True
        audience = seminar.audience or seminar.activity.audience
        positions = {
            row.person.position.strip().casefold()
            for row in self.load(Registration)
            if self.name(row.person_id) == person and row.created_at <= self.moment
        }
        assists = bool(positions & {"жеке көмекші", "индивидуальный помощник"})
        if unit == "medical_worker":
            return audience == unit and not assists
        return audience == unit or assists

    def of_seminar(self, seminar: Seminar) -> Counted:
        """Return a seminar as something that counts."""
        days = [self.day(part.starts_at) for part in seminar.sessions]
        return Counted(("seminar", seminar.id), seminar_id=seminar.id, day=max(days) if days else None)

    def people(self, seminars: Iterable[Seminar], unit: str) -> list[Counted]:
        """Return participants of seminars."""
        return [
            Counted(("person", person), seminar_id=seminar.id, day=self.of_seminar(seminar).day)
            for seminar in seminars
            for person in self.participants(seminar)
            if self.fits(seminar, person, unit)
        ]

    # evidence

    def linked(self, indicator: Indicator, model: type[Base]) -> list[Any]:
        """Return the files or publications that prove an indicator."""
        ids = [
            row.item_id if model is EvidenceItem else row.publication_id
            for row in self.load(EvidenceLink)
            if row.indicator_id == indicator.id and self.there(row.linked_at, row.removed_at)
        ]
        return [row for row in self.all_of(model) if row.id in ids]

    def all_of(self, model: type[Base]) -> list[Any]:
        """Return the files or publications that are there."""
        return [
            row
            for row in self.load(model)
            if self.there(row.uploaded_at if isinstance(row, EvidenceItem) else row.added_at, row.removed_at)
        ]

    def item_day(self, item: EvidenceItem) -> date:
        """Return the day of a file."""
        return self.day(item.taken_at or item.uploaded_at)

    def of_item(self, item: EvidenceItem) -> Counted:
        """Return a file as something that counts."""
        day = self.item_day(item)
        return Counted(("item", item.id), day=day, month=item.month or day.replace(day=1))

    def files(self, indicator: Indicator, *kinds: str) -> list[Counted]:
        """Return the linked files of some kinds."""
        items = [item for item in self.linked(indicator, EvidenceItem) if item.kind in kinds]
        return [self.of_item(item) for item in items if self.inside(item.month or self.item_day(item))]

    def posts(self, indicator: Indicator, *kinds: str) -> list[Counted]:
        """Return the linked publications, of some kinds or of any."""
        return [
            Counted(("publication", row.id), day=row.published_on, month=row.published_on.replace(day=1))
            for row in self.linked(indicator, Publication)
            if (not kinds or row.kind in kinds) and self.inside(row.published_on)
        ]

    def of_activity(self, activity: Activity, model: type[Base]) -> list[Any]:
        """Return the files or publications of an activity."""
        linked = {row.id for indicator in activity.indicators for row in self.linked(indicator, model)}
        return [row for row in self.all_of(model) if row.activity_id == activity.id or row.id in linked]

    def screenshots(self, indicator: Indicator) -> list[Counted]:
        """Return the screenshots that are linked or attached to a publication of the activity."""
        found = self.files(indicator, "screenshot")
        if indicator.activity is None:
            return found
        pairs = self.session.execute(select(publication_screenshot)).all()
        ids = {row.id for row in self.of_activity(indicator.activity, Publication)}
        attached = {pair.item_id for pair in pairs if pair.publication_id in ids and pair.attached_at <= self.moment}
        items = [self.of_item(item) for item in self.all_of(EvidenceItem) if item.id in attached]
        months = {item.id: item.month for item in self.all_of(EvidenceItem)}
        return found + [
            each for each in items if self.inside(months[each.thing[1]] or each.day or self.day(self.moment))
        ]

    def views(self, publications: Iterable[Publication]) -> list[Counted]:
        """Return publications with their views."""
        found = []
        for row in publications:
            entries = [
                entry
                for entry in self.load(PublicationViews)
                if entry.publication_id == row.id and entry.entered_at <= self.moment
            ]
            entries.sort(key=lambda entry: (entry.counted_on, entry.id))
            last = min(self.end or self.day(self.moment), self.day(self.moment))
            until = [entry.views for entry in entries if entry.counted_on <= last]
            before = [entry.views for entry in entries if self.start and entry.counted_on < self.start]
            amount = max(0, (until or [0])[-1] - (before or [0])[-1])
            if amount:
                found.append(Counted(("publication", row.id), amount, day=row.published_on))
        return found

    # surveys

    def surveys(self, seminar: Seminar) -> list[tuple[Survey, list[dict[str, Any]], bool]]:
        """Return the surveys of a seminar that were answered: their answers, and whether copies may be shown."""
        found = []
        for survey in self.load(Survey):
            if survey.seminar_id != seminar.id or survey.purpose == "skills":
                continue
            if survey.anonymous:
                if survey.sealed_at is None or survey.sealed_at > self.moment:
                    continue
                rows = [row for row in self.load(AnonymousResponse) if row.survey_id == survey.id]
                own = [row for row in rows if not row.entered_by_organizer]
                shown = not (0 < len(rows) < 5 or 0 < len(own) < 5)
                asked = [row for row in rows if "overall" in row.answers]
                own_asked = [row for row in own if "overall" in row.answers]
                answers = [row.answers for row in rows]
                if not shown or 0 < len(asked) < 5 or 0 < len(own_asked) < 5:
                    answers = [{} for _row in rows]
            else:
                by_person: dict[int, SurveyResponse] = {}
                for row in self.load(SurveyResponse):
                    if row.survey_id == survey.id and row.answered_at <= self.moment:
                        owner = self.session.get_one(Registration, row.registration_id)
                        survivor = self.follow(owner)
                        if survivor.id not in by_person or owner is survivor:
                            by_person[survivor.id] = row
                answers, shown = [row.answers for row in by_person.values()], True
            if answers:
                found.append((survey, answers, shown))
        return found

    # kinds

    def rows(self, indicator: Indicator, target: dict[str, Any]) -> list[Counted]:
        """Return what counts for a target."""
        kind, unit = indicator.kind, target["unit"]
        seminars = self.sources(indicator.activity)
        current = [seminar for seminar in seminars if self.counts(seminar)]
        more = ["document"] if unit == "document" else []
        if kind == "participants_list":
            lists = self.lists(indicator)
            people = unit in ("person", "medical_worker", "personal_assistant")
            return self.people(lists, unit) if people else [self.of_seminar(seminar) for seminar in lists]
        if kind == "participants_count":
            return self.people(seminars, unit)
        if kind == "direct_beneficiaries":
            return [
                Counted(("person", person), seminar_id=seminar.id, day=self.of_seminar(seminar).day)
                for seminar in self.load(Seminar)
                for person in self.present(seminar)
            ]
        if kind == "programme":
            with_agenda = [each for each in current if any(part.agenda for part in each.sessions)]
            return [self.of_seminar(each) for each in with_agenda] + self.files(indicator, "programme", *more)
        if kind == "events_count":
            return [self.of_seminar(seminar) for seminar in seminars if self.held(seminar)]
        if kind == "survey_contacts_list":
            asked = [s for s in current if any(row[0].purpose == "satisfaction" for row in self.surveys(s))]
            return [self.of_seminar(seminar) for seminar in asked]
        if kind == "survey_copies":
            shown = [(s, row[0]) for s in current for row in self.surveys(s) if row[2]]
            return [Counted(("survey", survey.id), seminar_id=seminar.id) for seminar, survey in shown]
        if kind == "satisfaction":
            return self.satisfaction(current)
        if kind == "certificates":
            return [
                Counted(("certificate", row.id), seminar_id=row.seminar_id, day=row.issued_on)
                for row in self.load(IssuedCertificate)
                if row.seminar_id in {seminar.id for seminar in seminars}
                and self.there(row.issued_at, row.invalidated_at)
                and self.inside(row.issued_on)
            ]
        if kind == "certification_ceremony":
            own = [each for each in self.load(Seminar) if each.activity is indicator.activity]
            ids = {each.id for each in (*own, *seminars)}
            held = [
                each for each in self.load(Seminar) if each.id in ids and each.kind == "ceremony" and self.held(each)
            ]
            sheets = self.linked(indicator, EvidenceItem)
            covered = [item for item in sheets if self.inside(item.month or self.item_day(item))]
            return [self.of_seminar(seminar) for seminar in held][: len(covered)]
        if kind in DOCUMENTS:
            return self.files(indicator, DOCUMENTS[kind], *more)
        if kind == "handout":
            if unit == "photo":
                pictures = {i.id for i in self.all_of(EvidenceItem) if i.kind == "photo" or i.media_kind == "photo"}
                return [row for row in self.files(indicator, "photo", "handout") if row.thing[1] in pictures]
            return self.files(indicator, "handout", *(["material"] if unit == "material" else more))
        if kind == "screenshot" or unit == "screenshot":
            return self.screenshots(indicator)
        if kind in ("publication", "social_post", "media_publication"):
            kinds = {item.kind for item in self.load(EvidenceItem)} - set(NO_DOCUMENTS)
            return self.posts(indicator) + (self.files(indicator, *kinds) if unit == "document" else [])
        if kind == "views":
            return self.views(self.of_activity(indicator.activity, Publication))  # type: ignore[arg-type]
        if kind == "indirect_beneficiaries":
            return self.views(self.all_of(Publication))
        if kind == "material_distribution":
            return self.distributed(indicator)
        if kind in REGISTERS:
            return [
                Counted(("entry", row.id))
                for row in self.load(RegisterEntry)
                if row.kind == REGISTERS[kind]
                and self.there(row.added_at, row.removed_at)
                and not (row.since and self.end and row.since > self.end)
                and not (row.until and self.start and row.until < self.start)
            ]
        found = self.files(indicator, unit) + (self.posts(indicator, unit) if unit in PUBLISHED else [])
        pictures_of_it = self.files(indicator, "screenshot") if target.get("proof") == "screenshot" else []
        return pictures_of_it if len(pictures_of_it) > len(found) else found

    def satisfaction(self, seminars: list[Seminar]) -> list[Counted]:
        """Return the surveys of seminars with the good answers among all to the overall question."""
        found = []
        for seminar in seminars:
            for survey, answers, _shown in self.surveys(seminar):
                values = Counter(answer["overall"] for answer in answers if "overall" in answer)
                if values:
                    found.append(Counted(("survey", survey.id), values[4] + values[5], values.total(), seminar.id))
        return found

    def distributed(self, indicator: Indicator) -> list[Counted]:
        """Return the documents that were handed over, and the linked lists of that."""
        found = self.files(indicator, "distribution_list")
        if indicator.activity is None:
            return found
        handed = {
            line.item_id
            for line in self.load(HandOver)
            if self.there(line.added_at, line.removed_at) and self.inside(line.handed_on)
        }
        items = self.of_activity(indicator.activity, EvidenceItem)
        return found + [self.of_item(item) for item in items if item.id in handed]

    def lists(self, indicator: Indicator) -> list[Seminar]:
        """Return the held seminars that somebody attended."""
        return [s for s in self.sources(indicator.activity) if self.held(s) and self.participants(s)]

    def figure(self, indicator: Indicator, target: dict[str, Any]) -> tuple[int, int, bool, bool]:
        """Return required and actual value, and whether the target is reached and exceeded."""
        rows, value, per = self.rows(indicator, target), target["value"], target["per"]
        if target["unit"] == "percent":
            things = {row.thing: row for row in rows}.values()
            part, whole = sum(row.amount for row in things), sum(row.total for row in things)
            share = Fraction(100 * part, whole) if whole else Fraction(-1)
            return value, max(0, int(share)), share >= value, share > value
        total = sum({row.thing: row.amount for row in rows}.values())
        if per == "project":
            return value, total, total >= value, total > value
        if per == "participant":
            number = len(self.reporters(indicator))
            needed = number * value or value
            return needed, total, bool(number) and total >= needed, bool(number) and total > needed
        actuals = self.parts(indicator, rows, per)
        complete = bool(actuals) and (per != "event" or len(actuals) >= (indicator.activity.event_count or 1))  # type: ignore[union-attr]
        least = min(actuals, default=0)
        return value, least, complete and least >= value, complete and least > value

    def reporters(self, indicator: Indicator) -> set[int]:
        """Return who has to report: those with a seat on a trip, else the participants."""
        seminars = self.sources(indicator.activity)
        trips = [s for s in seminars if s.kind == "trip" and not (s.cancelled_at and s.cancelled_at <= self.moment)]
        if not trips:
            return {person for seminar in seminars for person in self.participants(seminar)}
        ids = {trip.id for trip in trips}
        return {
            self.name(row.person_id)
            for row in self.load(Registration)
            if row.seminar_id in ids and self.status(row) == "registered" and row.created_at <= self.moment
        }

    def parts(self, indicator: Indicator, rows: list[Counted], per: str) -> list[int]:
        """Return what was reached on each list, in each event, on each day or in each month."""
        activity = indicator.activity
        assert activity is not None
        groups: dict[Any, set[tuple[tuple[str, int], int]]] = defaultdict(set)
        if per in ("list", "event"):
            seminars = self.lists(indicator)
            if per == "event":
                seminars = [seminar for seminar in self.sources(activity) if self.counts(seminar)]
            for seminar in seminars:
                days = {self.day(part.starts_at) for part in seminar.sessions}
                groups[seminar.id] = {
                    (row.thing, row.amount)
                    for row in rows
                    if row.seminar_id == seminar.id or (row.seminar_id is None and row.day in days)
                }
        elif per == "trip_day":
            seminars = [s for s in self.sources(activity) if not (s.cancelled_at and s.cancelled_at <= self.moment)]
            trips = [seminar for seminar in seminars if seminar.kind == "trip"] or seminars
            for day in {self.day(part.starts_at) for trip in trips for part in trip.sessions}:
                if self.inside(day):
                    groups[day] = {(row.thing, row.amount) for row in rows if row.day == day}
        else:
            day = max(activity.start, self.start or activity.start)
            while day <= min(activity.end, self.end or activity.end):
                first = day.replace(day=1)
                groups[first] = {
                    (row.thing, row.amount)
                    for row in rows
                    if (row.month or (row.day.replace(day=1) if row.day else None)) == first
                }
                day += timedelta(days=1)
        return [sum(amount for _thing, amount in group) for group in groups.values()]
