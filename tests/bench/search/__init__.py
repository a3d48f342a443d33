"""The search of the organizer's list among 10,000 people, on each database: by name, in another spelling, mistyped, by phone."""

import random
import tempfile
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import create_engine, insert, text
from sqlalchemy.orm import Session

from tests.bench.attendance.marking_data import build_registration_row
from tests.bench.figures import Figure, format_table
from tests.bench.verification import open_instance
from tests.factories import NOON, create_project, create_seminar
from trainer.people.models import Person
from trainer.registration.desk.filters import RegistrationFilter
from trainer.registration.desk.listing import get_registration_page
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar

PEOPLE, ROUNDS = 10_000, 60
STEMS = ["Ибрагим", "Өтеген", "Қожахмет", "Жұмабай", "Сейітқұл", "Омар", "Әбдіқадыр", "Тұрсынбек", "Ыбырай", "Нұрпейіс"]
GIVEN_NAMES = ["Данияр", "Айгүл", "Ерлан", "Нұрсұлтан", "Әйгерім", "Ғалия", "Бақытжан", "Сәуле", "Мадина", "Ләззат"]
QUERIES = {
    "as typed": "Ибрагимова Данияр",
    "another spelling": "Utegenov Aigul",
    "one wrong letter": "ибрагмов",
    "two wrong letters, two words": "кажахмитов данияр",
    "nobody": "щщщщщщщщ",
    "phone": "+7 701 700-00-01",
}


def measure_figures() -> Iterator[Figure]:
    """Print the times of each query; they have no ratio to be judged by."""
    rows = []
    for database in ("sqlite", "postgresql"):
        with (
            tempfile.TemporaryDirectory() as folder,
            open_instance(database, Path(folder, f"{database}-search")) as settings,
        ):
            engine = create_engine(settings.sqlalchemy_url)
            with Session(engine) as session:
                seminar = fill_list(session)
                rows += [(f"{database}: {name}", *measure_query(session, seminar, QUERIES[name])) for name in QUERIES]
            engine.dispose()
    print(format_table((f"search among {PEOPLE:,} people", "found", "median ms", "p95 ms"), rows))
    yield from ()


def fill_list(session: Session) -> Seminar:
    """Register 10,000 people with names of the region for one seminar."""
    dice = random.Random(7)
    seminar = create_seminar(session, create_project(session), capacity=PEOPLE)
    names = [*product(STEMS, "абвгдежзик", ("ов", "ова", "ұлы", ""), GIVEN_NAMES, STEMS)]
    columns = [column.name for column in Person.__table__.columns if column.name != "id"]
    people = []
    for number, (stem, letter, ending, given_name, father) in enumerate(dice.sample(names, PEOPLE)):
        middle = letter if dice.random() < 0.5 else ""
        person = Person(
            surname=f"{stem}{middle}{ending}",
            given_name=given_name,
            patronymic=f"{father}қызы",
            phone=f"+7701{7_000_000 + number}",
            email=f"person{number}@example.org",
            workplace="Облыстық клиникалық аурухана",
            position="мейіргер",
            language="kk",
            created_at=NOON,
            certificate_name="",
        )
        people.append({name: getattr(person, name) for name in columns})
    ids = session.scalars(insert(Person).returning(Person.id), people)
    session.execute(insert(Registration), [build_registration_row(seminar.id, person_id) for person_id in ids])
    session.commit()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE"))  # as it does by itself within a minute
    return seminar


def measure_query(session: Session, seminar: Seminar, query: str) -> tuple[str, str, str]:
    """Return how many people a query finds, and the median and the 95th percentile of its times in milliseconds."""
    milliseconds = []
    for number in range(ROUNDS + 3):
        begun = time.perf_counter()
        page = get_registration_page(session, seminar, RegistrationFilter(query=query))
        if number >= 3:  # what is loaded at first is not counted
            milliseconds.append(1000 * (time.perf_counter() - begun))
    found = f"{page.total:,}{' similar' if page.are_similar else ''}"
    return found, f"{median(milliseconds):.1f}", f"{quantiles(milliseconds, n=20)[-1]:.1f}"
