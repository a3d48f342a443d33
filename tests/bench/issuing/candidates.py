"""Many people who attended a past seminar and answered its survey, so that each qualifies for a certificate."""

from datetime import timedelta

from sqlalchemy import create_engine, insert
from sqlalchemy.orm import Session

from tests.bench.attendance.marking_data import build_registration_row
from tests.bench.surveys.respondents import build_mark_row
from tests.factories import create_project, create_seminar
from trainer.attendance.models import AttendanceMark
from trainer.clock import now
from trainer.language.collation import build_sort_key
from trainer.people.models import Person
from trainer.people.names import join_names
from trainer.people.spelling import PersonName, fold_name
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.catalogue import get_satisfaction_survey, lock_survey
from trainer.surveys.models import SurveyParticipation

SYLLABLES = (("ба", "да", "жо", "зі", "қа"), ("ла", "мо", "не", "ра", "са"))
GIVEN_NAMES = ("Айгүл", "Ерлан", "Әсел", "Марина", "Дәурен", "Гүлнұр", "Юлия", "Тимур")


def fill_database(database: str, size: int) -> int:
    """Fill an empty database with so many people who qualify, and return the id of their seminar."""
    engine = create_engine(database)
    with Session(engine) as session:
        seminar = create_seminar(session, create_project(session), now() - timedelta(hours=8), capacity=size)
        people = [build_candidate_row(number) for number in range(size)]
        person_ids = session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), people)
        rows = [build_registration_row(seminar.id, person_id) for person_id in person_ids]
        registration_ids = list(session.scalars(insert(Registration).returning(Registration.id), rows))
        insert_qualifications(session, seminar, registration_ids)
        seminar_id = seminar.id
        session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")  # as PostgreSQL does by itself within a minute
    engine.dispose()
    return seminar_id


def spell_surname(number: int) -> str:
    """Return a surname that no other number has, also where only its consonants are compared."""
    syllables = []
    for place in range(6):
        number, digit = divmod(number, 5)
        syllables.append(SYLLABLES[place % 2][digit])
    return "".join(syllables)


def build_candidate_row(number: int) -> dict[str, object]:
    """Return the values of a person with a name of their own."""
    name = PersonName(f"А{spell_surname(number)}", GIVEN_NAMES[number % len(GIVEN_NAMES)], "")
    full_name = join_names(*name)
    keys = {
        "sort_key": build_sort_key(full_name),
        "folded_name": fold_name(name).key,
        "search_text": full_name.casefold(),
    }
    rest = {"email": "", "language": "kk", "workplace": "Облыстық аурухана", "position": "", "certificate_name": ""}
    return {**name._asdict(), **keys, **rest, "phone": f"+7701{number:07d}", "created_at": now()}


def insert_qualifications(session: Session, seminar: Seminar, registration_ids: list[int]) -> None:
    """Insert a mark of everybody for each session, and that everybody has answered the survey."""
    marks = [build_mark_row(who, held.id) for held in seminar.sessions for who in registration_ids]
    session.execute(insert(AttendanceMark), marks)
    survey = lock_survey(session, get_satisfaction_survey(session, seminar))
    rows = [{"survey_id": survey.id, "registration_id": who} for who in registration_ids]
    session.execute(insert(SurveyParticipation), rows)
