"""The route table is a contract: what is printed on paper stays, looking changes nothing, addresses read alike."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.cast import NOON, YERLAN, Visitor, a_seminar, answered, marked, registered
from trainer.accounts.models import User
from trainer.accounts.sign_in import make_link
from trainer.attendance.models import Status
from trainer.base import Base
from trainer.issuing.models import IssuedCertificate
from trainer.projects.models import Project
from trainer.registration.models import Registration
from trainer.web.addresses import LARGEST

# Printed, shared and bookmarked: these stay.
PROMISED = {
    "/",
    "/s/<slug>",
    "/s/<slug>/register",
    "/privacy",
    "/r/<token>",
    "/r/<token>/survey/<int:number>",
    "/r/<token>/certificate.pdf",
    "/v/<code>",
    "/V/<code>",
    "/verify",
    "/desk/",
    "/healthz",
    "/readyz",
}
# What only a button may do.
BUTTONS = {
    "accounts.sign_in",
    "attendance_desk.mark",
    "issuing_desk.issue",
    "portal.join",
    "projects_desk.load",
    "registration.register",
    "registration_desk.settle",
    "security.logout",
    "seminars_desk.switch",
    "surveys.answer",
}
READING = {"GET", "HEAD", "OPTIONS"}


@pytest.fixture
def rules(app: Flask) -> list[Rule]:
    """Every route."""
    return list(app.url_map.iter_rules())


def test_what_was_promised_is_there(rules: list[Rule]) -> None:
    there = {rule.rule for rule in rules if "GET" in (rule.methods or ())}
    assert there >= PROMISED


def test_what_only_a_button_may_do_is_no_link(rules: list[Rule]) -> None:
    assert {rule.endpoint for rule in rules} >= BUTTONS
    assert [rule.rule for rule in rules if rule.endpoint in BUTTONS and (rule.methods or set()) & {"GET", "HEAD"}] == []


def test_whatever_accepts_no_get_is_known_as_a_button(rules: list[Rule]) -> None:
    assert {rule.endpoint for rule in rules if "GET" not in (rule.methods or ())} == BUTTONS


def test_addresses_are_written_alike(rules: list[Rule]) -> None:
    for rule in rules:
        fixed = re.sub(r"<[^>]*>", "", rule.rule)
        assert re.fullmatch(r"[a-z0-9./-]*", fixed) or fixed == "/V/", rule.rule
        assert "--" not in fixed, rule.rule
        assert rule.rule == "/" or rule.rule == "/desk/" or not rule.rule.endswith("/"), rule.rule


def test_a_number_in_an_address_has_a_type(rules: list[Rule]) -> None:
    for rule in rules:
        for name, kind in rule._converters.items():
            if name.endswith(("_id", "number")):
                assert kind.regex == r"\d+", rule.rule
                assert getattr(kind, "max", None) == LARGEST, rule.rule


def everything(session: Session) -> dict[str, list[Any]]:
    """Every row of every table."""
    session.commit()
    return {table.name: sorted(map(repr, session.execute(select(table)))) for table in Base.metadata.sorted_tables}


@pytest.fixture
def places(organizer: Visitor, session: Session, project: Project) -> dict[str, str | int]:
    """Values for the parts of every address: a seminar that was held, with a certificate, and its people."""
    held = a_seminar(session, project, NOON.replace(day=1), slug="held")
    a_seminar(session, project, slug="coming")
    known = registered(session, held)
    registered(session, held, YERLAN)
    marked(session, known, Status.PRESENT, Status.PRESENT)
    answered(session, known)
    organizer.submit(f"/desk/seminars/{held.id}/certificates")
    issued = session.scalars(select(IssuedCertificate)).one()
    link = make_link(session, session.scalars(select(User)).one(), NOON)
    parts: dict[str, str | int] = {
        "slug": held.slug,
        "seminar_id": held.id,
        "project_id": project.id,
        "registration_id": known.id,
    }
    return {**parts, "code": issued.code, "serial": issued.serial, "number": 1, "filename": "app.css", "token": link}


def test_looking_changes_nothing(
    app: Flask, organizer: Visitor, session: Session, rules: list[Rule], places: dict[str, str | int]
) -> None:
    before = everything(session)
    own = session.scalars(select(Registration.token).order_by(Registration.id)).all()
    seen = []
    for rule in rules:
        if "GET" not in (rule.methods or ()):
            continue
        token = own[0] if rule.rule.startswith("/r/") else places["token"]
        address = app.url_map.bind("localhost").build(rule.endpoint, {**places, "token": token}, append_unknown=False)
        for visitor in (organizer.client, app.test_client()):
            answer = visitor.get(address, buffered=True)
            assert answer.status_code < 500, address
            seen.append(answer.status_code)
    assert everything(session) == before
    assert seen.count(200) > len(seen) / 2, "most pages are really looked at"


def test_a_look_that_writes_is_noticed(session: Session, project: Project) -> None:
    before = everything(session)
    project.business_number = "123456789012"
    assert everything(session) != before


def test_every_reading_method_of_a_page_answers(organizer: Visitor, places: dict[str, str | int]) -> None:
    for address in ("/", "/s/held", "/privacy", "/verify", f"/v/{places['code']}", "/healthz", "/desk/"):
        for method in READING:
            assert organizer.client.open(address, method=method).status_code == 200, f"{method} {address}"
