"""The route table is a contract: what is printed on paper stays, looking changes nothing, addresses read alike."""

import re
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.attendance.signed_sheet import jpeg
from tests.factories import NOON, YERLAN, Visitor, a_seminar, answered, marked, registered
from trainer.accounts.models import User
from trainer.accounts.sign_in import make_link
from trainer.attendance.models import Status
from trainer.attendance.sheets.filing import keep_file
from trainer.attendance.sheets.printing import print_sheet
from trainer.attendance.sheets.recognition import read_file
from trainer.attendance.tablet.devices import make_device
from trainer.base import Base
from trainer.issuing.models import IssuedCertificate
from trainer.language.translated import Translated
from trainer.projects.models import Project
from trainer.registration.form import questions
from trainer.registration.models import QuestionKind, Registration
from trainer.seminars.models import Seminar
from trainer.storage import Storage
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
    "/r/<token>/name",
    "/r/<token>/pass",
    "/r/<token>/calendar.ics",
    "/r/<token>/my-data",
    "/lost",
    "/v/<code>/paper.webp",
    "/v/<code>",
    "/V/<code>",
    "/verify",
    "/.well-known/jwks.json",
    "/.well-known/did.json",
    "/status/<int:number>",
    "/desk/",
    "/healthz",
    "/readyz",
}
# What only a button may do.
BUTTONS = {
    "accounts.sign_in",
    "attendance_desk.mark",
    "attendance_conflicts.decide",
    "attendance_conflicts.reopen",
    "attendance_conflicts.settle_person",
    "portal_details.change",
    "portal_details.give_consent",
    "portal_details.photo_consent",
    "attendance_sheets.print_sheet",
    "attendance_devices.new_code",
    "attendance_devices.take_in",
    "issuing_names.ask_correction",
    "issuing_names.confirm_name",
    "issuing_desk.decide",
    "issuing_desk.excuse",
    "issuing_desk.excuse_no_more",
    "issuing_desk.issue",
    "issuing_desk.issue_again",
    "issuing_desk.renew",
    "issuing_desk.revoke",
    "registration_notifications.again",
    "registration_notifications.by_hand",
    "registration_notifications.not_sent",
    "registration_notifications.sent",
    "portal_link_recovery.ask",
    "portal_registration.accept",
    "portal_registration.cancel",
    "portal_registration.come_back",
    "portal_registration.decline",
    "verification_offline.photo",
    "portal.join",
    "portal_privacy.erase",
    "portal_privacy.withdraw",
    "projects.load",
    "registration_form.place",
    "registration_public.register",
    "registration_desk.act",
    "registration_desk.undo",
    "registration_duplicates.merge",
    "registration_duplicates.separate",
    "registration_duplicates.settle",
    "registration_imports.confirm",
    "registration_imports.try_out",
    "attendance_scans.confirm",
    "attendance_scans.place",
    "attendance_scans.remove",
    "attendance_scans.take_back",
    "attendance_scans.upload",
    "security.logout",
    "seminars.switch",
    "surveys_answering.answer",
    "surveys_answering.draft",
    "surveys_builder_questions.arrange",
    "surveys_builder_questions.live",
    "surveys_kiosk.answer",
    "surveys_kiosk_desk.switch",
    "surveys_paper.handed_in",
    "surveys_builder.release",
    "surveys_builder.reopen",
    "attendance_tablet_api.pair",
    "attendance_tablet_api.read",
    "attendance_tablet_api.sync",
    "verification.by_number",
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
        assert rule.rule in ("/", "/desk/", "/tablet/") or not rule.rule.endswith("/"), rule.rule


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


def a_scan(session: Session, seminar: Seminar) -> int:
    """The number of an uploaded photo of a sheet."""
    storage = Storage.of(session.info["app"].extensions["settings"], "sheets")
    read = read_file(jpeg(Image.new("RGB", (60, 80), "white")))
    return keep_file(session, storage, seminar, read, NOON, None)[0].scan.id


@pytest.fixture
def places(organizer: Visitor, session: Session, project: Project) -> dict[str, str | int]:
    """Values for the parts of every address: a seminar that was held, with a certificate, and its people."""
    held = a_seminar(session, project, NOON.replace(day=1), slug="held")
    a_seminar(session, project, slug="coming")
    known = registered(session, held)
    registered(session, held, YERLAN)
    question = questions.add(session, held, questions.Wish(QuestionKind.TEXT, Translated("Қалаңыз", "Ваш город")))
    marked(session, known, Status.PRESENT, Status.PRESENT)
    answered(session, known)
    organizer.submit(f"/desk/seminars/{held.id}/certificates", form="issue")
    issued = session.scalars(select(IssuedCertificate)).one()
    link = make_link(session, session.scalars(select(User)).one(), NOON)
    parts: dict[str, str | int] = {
        "slug": held.slug,
        "seminar_id": held.id,
        "project_id": project.id,
        "registration_id": known.id,
        "question_id": question.id,
        "device_id": make_device(session, "Планшет", [held], NOON)[0].id,
        "page_id": print_sheet(session, held.sessions[0], NOON)[0].id,
        "scan_id": a_scan(session, held),
    }
    return {
        **parts,
        "code": issued.code,
        "serial": issued.serial,
        "number": 1,
        "design": "standard",
        "start": "trip",
        "key": "overall",
        "name": "overall",
        "version_number": 1,
        "sha256": "0" * 64,
        "filename": "app.css",
        "language": "kk",
        "kind": "pdf",
        "token": link,
    }


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
