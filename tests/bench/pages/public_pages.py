"""Public and personal pages of the example: their CPU time beside an empty view, and with 300 seminars beside a few."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import databases
from tests.bench.figures import Figure, format_table
from tests.bench.pages.calls import Calls, PageClient, encode_fields, list_medians, measure_costs, read_fields
from tests.bench.verification import compute_median_ratio, open_instance
from tests.bench.verification.server import Server
from tests.factories import create_seminar, spell_number
from trainer import create_app
from trainer.clock import now
from trainer.example.load import load_example
from trainer.extensions import db
from trainer.issuing.issuance.context import build_issuing_context
from trainer.issuing.models import IssuedCertificate
from trainer.projects.models import Project
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar
from trainer.settings import Settings

DATABASES = ("sqlite", "postgresql")
ROUNDS, CALLS, EMPTY_CALLS = 5, 40, 400
MORE_SEMINARS = 300
GOALS = {
    "personal page": 25.0,
    "personal page of a coming seminar": 25.0,
    "seminar page": 15.0,
    "registration form": 15.0,
    "registration": 30.0,
}  # times the CPU of an empty view
GROWTH = 1.2  # the most that a page may cost with many seminars against a few
GROWING = ("home page", "personal page", "seminar page")


@dataclass(frozen=True)
class PublicAddresses:
    """Addresses of the example."""

    personal: str
    personal_of_coming: str
    seminar: str


def measure_figures() -> Iterator[Figure]:
    """Yield the figures of both databases, with few and many seminars."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        empty = PageClient(stack.enter_context(Server("", folder)))
        for database in os.environ.get("TRAINER_BENCH_DATABASES", ",".join(DATABASES)).split(","):
            works: dict[str, tuple[PageClient, Calls]] = {
                "empty view": (empty, [partial(empty.call, "/")] * EMPTY_CALLS * ROUNDS)
            }
            for name, more in (("", 0), (f", {MORE_SEMINARS} seminars", MORE_SEMINARS)):
                settings = stack.enter_context(open_instance(database, folder / f"{database}-pages{more}"))
                addresses = fill_instance(settings, more)
                client = PageClient(stack.enter_context(Server(settings.database_url, settings.instance)))
                works |= {f"{work}{name}": (client, calls) for work, calls in list_works(client, addresses)}
            costs = measure_costs(works, ROUNDS)
            print(format_table((f"pages, {database}", "CPU ms"), list(list_medians(costs))))
            for work, goal in GOALS.items():
                ratio = compute_median_ratio(costs[work], costs["empty view"])
                yield Figure(f"pages-{database}-{work.replace(' ', '-')}", ratio, goal, at_most=True)
            for work in GROWING:
                ratio = compute_median_ratio(costs[f"{work}, {MORE_SEMINARS} seminars"], costs[work])
                yield Figure(f"pages-{database}-{work.replace(' ', '-')}-growth", ratio, GROWTH, at_most=True)


def list_works(client: PageClient, addresses: PublicAddresses) -> Iterator[tuple[str, Calls]]:
    """Yield the name of each page with the calls to measure."""
    times = CALLS * (ROUNDS + 1)
    pages = {
        "home page": "/",
        "seminar page": addresses.seminar,
        "registration form": f"{addresses.seminar}/register",
        "personal page": addresses.personal,
        "personal page of a coming seminar": addresses.personal_of_coming,
    }
    for name, address in pages.items():
        yield name, [partial(client.call, address)] * times
    yield "registration", list(list_registrations(client, f"{addresses.seminar}/register", times))


def list_registrations(client: PageClient, address: str, count: int) -> Iterator[Callable[[], object]]:
    """Yield calls that each register somebody else, by a form that was opened before."""
    for number in range(count):
        page, headers = client.call(address)
        fields = {
            **read_fields(page),
            "surname": f"Сейіт{spell_number(number)}",
            "given_name": "Арман",
            "has_one_name": "",
            "phone": f"+7701{number:07d}",
            "language": "kk",
            "consent": "y",
        }
        cookie = headers["Set-Cookie"].partition(";")[0]
        yield partial(client.call, address, encode_fields(fields), 303, Cookie=cookie)


def fill_instance(settings: Settings, more_seminars: int) -> PublicAddresses:
    """Load the example and further seminars of its series, and return the addresses to call."""
    app = create_app(databases.build_settings(settings.instance, settings.database_url))
    with app.app_context():
        session = db.session()
        project = load_example(session, build_issuing_context(settings), now())
        coming = session.scalars(select(Seminar).order_by(Seminar.id.desc())).first()
        holder = session.scalars(
            select(Registration).join(IssuedCertificate, IssuedCertificate.registration_id == Registration.id)
        ).first()
        assert coming is not None and holder is not None
        coming.capacity = 10_000
        newcomer = next(registration for registration in list_registered(session, coming))
        for seminar in (coming, holder.seminar):
            add_held_seminars(session, project, seminar, more_seminars // 2)
        addresses = PublicAddresses(f"/r/{holder.token}", f"/r/{newcomer.token}", f"/s/{coming.slug}")
        session.commit()
    databases.close_connections(app)
    return addresses


def list_registered(session: Session, seminar: Seminar) -> Sequence[Registration]:
    """Return the registrations of a seminar that hold a seat."""
    own = Registration.seminar_id == seminar.id, Registration.status == RegistrationStatus.REGISTERED
    return session.scalars(select(Registration).where(*own)).all()


def add_held_seminars(session: Session, project: Project, seminar: Seminar, count: int) -> None:
    """Add seminars of the same series that were held on earlier days."""
    for number in range(count):
        create_seminar(
            session,
            project,
            now() - timedelta(days=number + 60),
            activity=seminar.activity,
            slug=f"{seminar.slug}-held-{number}",
        )
