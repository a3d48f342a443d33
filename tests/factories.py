"""Create rows that many tests need: the contract's project, seminars, registrations, marks, responses, certificates."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Table, create_engine, select
from sqlalchemy.orm import Session

from trainer.attendance.ledger import append_mark
from trainer.attendance.models import AttendanceMark, AttendanceStatus
from trainer.base import Base
from trainer.clock import now
from trainer.issuing.issuance.context import build_issuing_context
from trainer.issuing.issuance.issue import issue_certificates
from trainer.issuing.models import IssuedCertificate
from trainer.language.translated import Translated
from trainer.paths import EXAMPLE_FOLDER
from trainer.projects.models import Activity, ExpectedResult, Indicator, Project, Task, activity_source
from trainer.projects.plan import import_plan, read_plan
from trainer.registration.consent import build_personal_data_wording, record_consent
from trainer.registration.models import Registration
from trainer.registration.seats.applicant import Applicant
from trainer.registration.seats.enrolment import register_applicant
from trainer.registration.seats.tokens import generate_token
from trainer.seminars.models import Seminar, SeminarSession
from trainer.surveys.catalogue import get_satisfaction_survey
from trainer.surveys.responses import record_response

NOON = datetime(2025, 6, 2, 7, 0, tzinfo=UTC)  # Monday 2 June 2025, 12:00 in Aktau
AIGUL = Applicant(
    "Өтегенова", "Айгүл", "Маратқызы", "+77015550101", "aigul@example.org", "Облыстық аурухана", "мейіргер", "kk"
)
YERLAN = Applicant("Қожахметов", "Ерлан", "Ғабитұлы", "+77475550102", "", "", "жеке көмекші", "kk")
MARINA = Applicant("Соколова", "Марина", "Викторовна", "+77055550103", "", "Городская поликлиника", "медсестра", "ru")


def spell_number(number: int) -> str:
    """Return the digits of a number as syllables, for a name that no other number has in any spelling."""
    return "".join(["ба", "ва", "га", "да", "жа", "за", "ка", "ла", "ма", "на"][int(digit)] for digit in str(number))


@cache
def load_contract_plan() -> dict[str, Any]:
    """Return the content of the contract's monitoring plan."""
    return read_plan((EXAMPLE_FOLDER / "monitoring_plan.yaml").read_bytes())


@cache
def build_plan_import() -> list[str]:
    """Return the INSERT statements that `import_plan` executes for the contract's plan in an empty database; row ids are left out."""
    models = (Project, Task, Activity, Indicator, ExpectedResult)
    tables = [Base.metadata.tables[model.__tablename__] for model in models]
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine, [*tables, activity_source])
    with Session(engine) as session:
        import_plan(session, load_contract_plan())
        return [build_insert_statement(session, table) for table in tables]


def build_insert_statement(session: Session, table: Table) -> str:
    """Return one INSERT statement with all rows of a table, without their ids."""
    names = ", ".join(f'"{column.name}"' for column in table.columns if column.name != "id")
    rows = session.connection().exec_driver_sql(f'SELECT {names} FROM "{table.name}" ORDER BY id')
    values = (", ".join(map(quote_sql_value, row)) for row in rows)
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({"), (".join(values)})'


def quote_sql_value(value: object) -> str:
    """Return a value as an SQL literal. Numbers and booleans are quoted too; both databases convert them to the column's type."""
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"


def create_project(session: Session) -> Project:
    """Create the contract's project with its tasks, activities and indicators. The database must not have held a project before."""
    for statement in build_plan_import():
        session.connection().exec_driver_sql(statement, execution_options={"no_parameters": True})
    return session.scalars(select(Project)).one()


def create_seminar(
    session: Session, project: Project, starts_at: datetime = NOON + timedelta(days=5), **changes: Any
) -> Seminar:
    """Create an announced seminar with two sessions of two hours, four hours apart. `changes` replace attributes."""
    attributes: dict[str, Any] = {
        "activity": session.scalars(
            select(Activity).join(Task).where(Task.project == project, Activity.code == "T2.A1")
        ).one(),
        "slug": "care",
        "title": Translated("Күтім негіздері", "Основы ухода", "The basics of care"),
        "description": Translated("Тақырыптық семинар.", "Тематический семинар.", "A thematic seminar."),
        "kind": "seminar",
        "format": "offline",
        "audience": "medical_worker",
        "city": Translated("Ақтау қаласы", "город Актау", "Aktau"),
        "venue": Translated("Оңалту орталығы", "Реабилитационный центр", "Rehabilitation centre"),
        "capacity": 10,
        "opened_at": NOON - timedelta(days=30),
        "signatories": [{"name": "Ә. Мұратбекова", "position": {"kk": "Жоба менеджері", "ru": "Менеджер проекта"}}],
    }
    seminar = Seminar(**{**attributes, **changes})
    morning, afternoon = starts_at, starts_at + timedelta(hours=4)
    for title, start in (
        (Translated("Таңғы сабақ", "Утро", "Morning"), morning),
        (Translated("Түстен кейін", "День", "Afternoon"), afternoon),
    ):
        seminar.sessions.append(SeminarSession(title=title, starts_at=start, ends_at=start + timedelta(hours=2)))
    session.add(seminar)
    session.flush()
    return seminar


def register_person(session: Session, seminar: Seminar, applicant: Applicant = AIGUL, **changes: str) -> Registration:
    """Register an applicant with consent, an hour before noon or before the seminar. `changes` replace the applicant's fields."""
    moment = min(seminar.starts_at or NOON, NOON) - timedelta(hours=1)
    registration = register_applicant(session, seminar, replace(applicant, **changes), generate_token(), moment)
    with session.info["app"].app_context():
        wording = build_personal_data_wording(seminar.project, applicant.language)
    record_consent(session, registration, wording, moment, "192.0.2.1")
    return registration


def mark_sessions(session: Session, registration: Registration, *statuses: AttendanceStatus) -> list[AttendanceMark]:
    """Record one attendance status for each session, in the order of the sessions, and return the marks."""
    marks = [
        append_mark(session, registration, part, status, after=None, now=part.starts_at)
        for part, status in zip(registration.seminar.sessions, statuses, strict=False)
    ]
    session.flush()
    return marks


def answer_survey(session: Session, registration: Registration, overall: int = 5, **answers: Any) -> None:
    """Record a person's response to the satisfaction survey at the end of the seminar."""
    moment = registration.seminar.sessions[-1].ends_at
    survey = get_satisfaction_survey(session, registration.seminar)
    record_response(
        session, survey, registration, {"overall": overall, **answers}, registration.person.language, moment
    )


def register_eligible_person(
    session: Session, seminar: Seminar, applicant: Applicant = AIGUL, **changes: str
) -> Registration:
    """Register a person who attended every session and answered the survey, so that a certificate can be issued."""
    registration = register_person(session, seminar, applicant, **changes)
    mark_sessions(session, registration, *[AttendanceStatus.PRESENT] * len(seminar.sessions))
    answer_survey(session, registration)
    return registration


def issue_to_eligible(session: Session, seminar: Seminar) -> list[IssuedCertificate]:
    """Issue certificates to everybody in the seminar who is eligible, and commit."""
    with session.info["app"].app_context():
        entries = issue_certificates(
            session, seminar, build_issuing_context(session.info["app"].extensions["settings"]), now()
        ).issued
    session.commit()
    return entries
