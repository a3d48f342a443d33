"""Every page has a budget of database queries, and its number of queries does not grow with the number of people, seminars or surveys."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
import time_machine
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Integer, bindparam, select

from tests import databases
from tests.factories import NOON
from tests.route_data import DatasetSize, create_route_data
from tests.statements import Cost, CountingCursor, use_counting_connections
from tests.visitor import sign_in_organizer
from trainer import create_app
from trainer.accounts.models import User
from trainer.accounts.sign_in import get_or_create_organizer
from trainer.extensions import db, limiter
from trainer.raw_queries import RawQuery, open_raw_connection

SMALL, LARGE = DatasetSize(people=10, seminars=2, surveys=1), DatasetSize(people=60, seminars=12, surveys=6)
# The most queries that a page may execute, whatever the size of the data, and the most rows that it may fetch of the large data.
# `grows` marks pages whose number of queries still grows with the data. Lower the numbers when a page gets better.
BUDGETS = Path(__file__).with_name("query_budgets.txt").read_text()
# GET routes that need no database.
EXCEPTIONS = {
    "static": "a file",
}
REDIRECTS = {
    "account_mail.view_forgotten_password": 404,  # no mail server is set
    "portal_page_link.redirect_to_remembered_page": 303,
    "security.login": 302,
    "example.view_example_removal": 404,
    "security.mf_recovery": 302,  # to the desk: who is signed in has nothing to do here
    "security.tf_select": 302,
    "security.two_factor_rescue": 302,
    "security.two_factor_token_validation": 302,
    "surveys_results.view_satisfaction_results": 301,
    "registration_public.redirect_earlier_address": 301,
}


class Budget(NamedTuple):
    """One line of BUDGETS."""

    queries: int
    rows: int
    grows: bool


def list_page_endpoints(app: Flask) -> list[str]:
    """Return the endpoints of all GET routes, sorted."""
    return sorted({rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())})


def measure_pages(app: Flask, size: DatasetSize) -> dict[str, Cost]:
    """Fill the empty database, open every page and return the cost of each. Fail if a page does not answer with the status expected."""
    with databases.open_session(app) as session:
        visitor = sign_in_organizer(app, session)
        data = create_route_data(app, session, size)
    visitor.client.get("/desk/")  # what is done once in a process
    headers = {"Authorization": f"Bearer {data.device_token}"}
    costs = {}
    for endpoint in list_page_endpoints(app):
        address = data.build_address(app, endpoint)
        CountingCursor.cost = Cost()
        response = visitor.client.get(address, headers=headers, buffered=True)
        assert response.status_code == REDIRECTS.get(endpoint, 200), address
        costs[endpoint] = replace(CountingCursor.cost)
    return costs


def parse_budgets() -> dict[str, Budget]:
    """Return the budgets by endpoint."""
    budgets = {}
    for line in BUDGETS.strip().splitlines():
        queries, rows, endpoint, *grows = line.split()
        budgets[endpoint] = Budget(int(queries), int(rows), bool(grows))
    return budgets


def list_excesses(budgets: dict[str, Budget], small: dict[str, Cost], large: dict[str, Cost]) -> list[str]:
    """Return a sentence for each page that exceeds its budget or grows undeclared."""
    excesses = []
    for endpoint, budget in budgets.items():
        few, many = small[endpoint], large[endpoint]
        if max(few.queries, many.queries) > budget.queries or many.rows > budget.rows:
            excesses.append(f"{endpoint}: {many.queries} queries ({few.queries} with little data), {many.rows} rows")
        elif many.queries > few.queries and not budget.grows:
            excesses.append(f"{endpoint}: grows from {few.queries} to {many.queries} queries")
    return excesses


@pytest.fixture(scope="module")
def applications(sqlite_template: Path, compiled_pages: FileSystemBytecodeCache) -> Iterator[list[Flask]]:
    """Yield two applications on empty SQLite databases, whose connections count."""
    with databases.open_memory_folder() as folder, time_machine.travel(NOON, tick=False):
        apps = []
        for name in ("small", "large"):
            instance = databases.copy_instance(sqlite_template, folder / name)
            app = create_app(databases.build_settings(instance, "", BASE_URL="https://seminar.example.org"))
            app.jinja_env.bytecode_cache = compiled_pages
            use_counting_connections(app)
            apps.append(app)
        limiter.enabled = False
        yield apps
        for app in apps:
            databases.close_connections(app)


def test_every_page_has_a_budget_or_a_reason_for_none(applications: list[Flask]) -> None:
    assert {*parse_budgets(), *EXCEPTIONS} == set(list_page_endpoints(applications[0]))


@pytest.mark.slow
def test_no_page_exceeds_its_budget_or_needs_more_queries_for_more_data(applications: list[Flask]) -> None:
    small, large = (measure_pages(app, size) for app, size in zip(applications, (SMALL, LARGE), strict=True))
    assert "\n".join(list_excesses(parse_budgets(), small, large)) == ""


def test_a_page_that_exceeds_its_budget_is_reported() -> None:
    budgets = {name: Budget(4, 60, name == "growing") for name in ("good", "growing", "queries", "rows", "undeclared")}
    small = dict.fromkeys(budgets, Cost(3, 10))
    large = {
        "good": Cost(3, 60),
        "growing": Cost(4, 60),
        "queries": Cost(5, 60),
        "rows": Cost(3, 61),
        "undeclared": Cost(4, 60),
    }
    excesses = [excess.partition(":")[0] for excess in list_excesses(budgets, small, large)]
    assert excesses == ["queries", "rows", "undeclared"]


def test_orm_queries_and_raw_queries_are_counted_with_their_rows(applications: list[Flask]) -> None:
    first_user = select(User.id).where(User.id == bindparam("id", type_=Integer))
    with applications[0].app_context():
        get_or_create_organizer(db.session(), "first@example.org", name="Сәуле")
        get_or_create_organizer(db.session(), "second@example.org", name="Сәуле")
        db.session.commit()
        users = db.session.scalars(select(User)).all()
        CountingCursor.cost = Cost()
        db.session.scalars(select(User)).all()
        assert CountingCursor.cost == Cost(1, len(users))
        with open_raw_connection() as connection:
            RawQuery(first_user).fetch_first(connection, id=users[0].id)
        assert CountingCursor.cost == Cost(2, len(users) + 1)
