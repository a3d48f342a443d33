"""Issuing: everybody who qualifies gets exactly one certificate, numbers are unique, and issued certificates never change."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates import Keyring, parse_serial, unseal
from tests import databases
from tests.concurrency import run_concurrently
from tests.databases import build_settings
from tests.factories import (
    AIGUL,
    MARINA,
    NOON,
    YERLAN,
    create_seminar,
    issue_to_eligible,
    register_eligible_person,
    register_person,
)
from tests.visitor import Visitor, sign_in_organizer
from trainer import create_app
from trainer.issuing.issuance.issue import AddressNotPublic
from trainer.issuing.issuance.keys import NoSigningKey, create_signing_key, get_signing_key_path, load_keyring
from trainer.issuing.issuance.printability import BatchUnprintable
from trainer.issuing.models import IssuedCertificate
from trainer.issuing.names.corrections import request_correction
from trainer.language.translated import Translated
from trainer.projects.models import Project
from trainer.seminars.models import Seminar
from trainer.settings import Settings
from trainer.storage import Storage


def get_certificates_url(seminar: Seminar) -> str:
    """Return the address of the page that issues certificates."""
    return f"/desk/seminars/{seminar.id}/certificates"


def get_check_url(seminar: Seminar) -> str:
    """Return the address of the check sheet, from which a batch is issued."""
    return f"{get_certificates_url(seminar)}/check"


def list_register(session: Session) -> list[IssuedCertificate]:
    """Return every entry of the register."""
    session.commit()
    return list(session.scalars(select(IssuedCertificate).order_by(IssuedCertificate.id)))


def read_csrf_token(organizer: Visitor) -> dict[str, Any]:
    """Return the field that a form needs when it is sent without its page."""
    return {"csrf_token": organizer.get("/desk/account").read_form()[1]["csrf_token"]}


@contextmanager
def create_other_deployment(settings: Settings) -> Iterator[Flask]:
    """Provide the application with other settings."""
    app = create_app(settings)
    app.testing = True
    yield app
    databases.close_connections(app)


def test_everybody_who_qualifies_gets_one_certificate_and_nobody_else(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    entitled = {
        register_eligible_person(session, past_seminar).id,
        register_eligible_person(session, past_seminar, YERLAN).id,
    }
    register_person(session, past_seminar, MARINA)
    page = organizer.follow(organizer.submit(get_check_url(past_seminar), form="issue"))
    assert {certificate.registration_id for certificate in list_register(session)} == entitled
    assert all(certificate.serial in page.words for certificate in list_register(session))
    assert not any(form.get("id") == "issue" for form in page.list_forms())


def test_the_register_keeps_every_printed_fact(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    register_eligible_person(session, past_seminar)
    organizer.submit(get_check_url(past_seminar), form="issue")
    [entry] = list_register(session)
    assert (entry.recipient, entry.issued_on.isoformat(), entry.status) == (
        "Өтегенова Айгүл Маратқызы",
        "2025-06-02",
        "valid",
    )
    assert entry.facts["title"] == past_seminar.title.to_mapping()
    assert (entry.facts["hours"], entry.facts["held"], entry.facts["kind"]) == (8, ["2025-06-02"], "participation")
    assert entry.facts["place"] == past_seminar.city.to_mapping()
    assert entry.issued_by_id is not None
    assert entry.expires_on is None


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"title": Translated("Біліктілікті арттыру")}, "Біліктілікті арттыру"),
        ({"certificate_heading": Translated(ru="СВИДЕТЕЛЬСТВО")}, "СВИДЕТЕЛЬСТВО"),
        ({"co_issuer": Translated("Тәуелсіз орталық, 2 кредит")}, "кредит"),
        ({"signatories": [{"name": "Ә. Мұратбекова", "position": {"ru": "Диплом"}}]}, "Диплом"),
    ],
)
def test_nothing_is_issued_with_a_reserved_word_in_any_text(
    organizer: Visitor, session: Session, past_seminar: Seminar, changes: dict[str, Any], word: str
) -> None:
    register_eligible_person(session, past_seminar)
    for name, value in changes.items():
        setattr(past_seminar, name, value)
    for page in (organizer.get(get_certificates_url(past_seminar)), organizer.get(get_check_url(past_seminar))):
        assert f"«{word}»" in page.words
    page = organizer.post(get_certificates_url(past_seminar), read_csrf_token(organizer), status=409)
    assert f"«{word}»" in page.words
    assert list_register(session) == []


def test_a_meeting_always_certifies_participation(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    past_seminar.kind, past_seminar.certificate_kind = "meeting", "completion"
    register_eligible_person(session, past_seminar)
    organizer.submit(get_check_url(past_seminar), form="issue")
    [entry] = list_register(session)
    assert (entry.facts["kind"], entry.facts["event"]) == ("participation", "meeting")


def test_pressing_twice_issues_nothing_more(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    register_eligible_person(session, past_seminar)
    fields = organizer.get(get_check_url(past_seminar)).read_form("issue")[1]
    for _press in range(2):
        organizer.post(get_certificates_url(past_seminar), fields)
    assert len(list_register(session)) == 1


def test_a_later_batch_issues_to_those_who_qualify_by_then(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    register_eligible_person(session, past_seminar)
    organizer.submit(get_check_url(past_seminar), form="issue")
    register_eligible_person(session, past_seminar, YERLAN)
    organizer.submit(get_check_url(past_seminar), form="issue")
    assert [certificate.number for certificate in list_register(session)] == [1, 2]


def open_issuing_request(app: Flask, session: Session, seminar: Seminar) -> Callable[[], int]:
    """Return a function that submits the form of a page that is already open."""
    organizer = sign_in_organizer(app, session)
    fields = organizer.get(get_check_url(seminar)).read_form("issue")[1]
    session.commit()
    return lambda: organizer.client.post(get_certificates_url(seminar), data=fields).status_code


def test_concurrent_batches_issue_each_certificate_once_with_consecutive_numbers(
    app: Flask, organizer: Visitor, session: Session, past_seminar: Seminar, project: Project
) -> None:
    other = create_seminar(session, project, past_seminar.sessions[0].starts_at, slug="other")
    for seminar in (past_seminar, other):
        for applicant in (AIGUL, YERLAN):
            register_eligible_person(session, seminar, applicant)
    pressed = [open_issuing_request(app, session, seminar) for seminar in (past_seminar, other, past_seminar, other)]
    assert run_concurrently(*pressed) == [303] * 4
    certificates = list_register(session)
    assert sorted(certificate.number for certificate in certificates) == [1, 2, 3, 4]
    assert len({(certificate.seminar_id, certificate.registration_id) for certificate in certificates}) == 4


def test_numbers_continue_through_a_year_and_restart_in_the_next(
    session: Session, past_seminar: Seminar, project: Project, clock: time_machine.Traveller
) -> None:
    register_eligible_person(session, past_seminar)
    issue_to_eligible(session, past_seminar)
    other = create_seminar(session, project, past_seminar.sessions[0].starts_at, slug="other")
    register_eligible_person(session, other)
    issue_to_eligible(session, other)
    clock.move_to(datetime(2025, 12, 31, 18, 59, 59, tzinfo=UTC))  # a second before midnight in Aktau
    register_eligible_person(session, past_seminar, YERLAN)
    issue_to_eligible(session, past_seminar)
    clock.move_to(datetime(2025, 12, 31, 19, 0, tzinfo=UTC))
    register_eligible_person(session, past_seminar, MARINA)
    issue_to_eligible(session, past_seminar)
    assert [(certificate.year, certificate.number) for certificate in list_register(session)] == [
        (2025, 1),
        (2025, 2),
        (2025, 3),
        (2026, 1),
    ]
    assert [certificate.serial[:12] for certificate in list_register(session)][2:] == ["TM-2025-0003", "TM-2026-0001"]
    assert all(parse_serial(certificate.serial) == certificate.serial for certificate in list_register(session))


def test_every_prefix_has_its_own_numbers(session: Session, past_seminar: Seminar, project: Project) -> None:
    register_eligible_person(session, past_seminar)
    issue_to_eligible(session, past_seminar)
    project.serial_prefix = "AB"
    register_eligible_person(session, past_seminar, YERLAN)
    issue_to_eligible(session, past_seminar)
    assert [certificate.serial[:-2] for certificate in list_register(session)] == ["TM-2025-0001", "AB-2025-0001"]


def test_nothing_is_issued_under_an_address_that_is_not_public(
    settings: Settings, app: Flask, session: Session, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    register_eligible_person(session, past_seminar)
    session.commit()
    for address in ("", "http://seminar.example.org"):
        with create_other_deployment(replace(settings, base_url=address)) as private:
            organizer = sign_in_organizer(private, session)
            page = organizer.get(get_certificates_url(past_seminar))
            assert not any(form.get("id") == "issue" for form in page.list_forms())
            assert "BASE_URL" in page.words
            organizer.post(get_certificates_url(past_seminar), read_csrf_token(organizer), status=409)
    assert list_register(session) == []


def test_a_correction_and_a_renewal_also_need_a_public_address(
    settings: Settings, app: Flask, session: Session, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    past_seminar.valid_months = 12
    register_eligible_person(session, past_seminar)
    [entry] = issue_to_eligible(session, past_seminar)
    correction = request_correction(session, entry, "Ötegenova Aigül", "", NOON)
    session.commit()
    with create_other_deployment(replace(settings, base_url="")) as private:
        organizer = sign_in_organizer(private, session)
        page = organizer.post(f"/desk/certificates/{entry.serial}/renewal", read_csrf_token(organizer), status=409)
        assert "BASE_URL" in page.words
        page = organizer.post(
            f"/desk/corrections/{correction.id}", {**read_csrf_token(organizer), "decision": "approve"}
        )
        assert organizer.follow(page).words.count("BASE_URL") == 2  # as the answer, and as it always stands there
    assert len(list_register(session)) == 1


def test_the_rule_itself_refuses_an_address_that_is_not_public(
    app: Flask, session: Session, past_seminar: Seminar
) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], base_url="http://seminar.example.org")
    with pytest.raises(AddressNotPublic):
        issue_to_eligible(session, past_seminar)


def test_the_example_may_be_issued_anywhere_and_says_that_it_proves_nothing(
    settings: Settings, app: Flask, session: Session, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    past_seminar.project.is_example = True
    register_eligible_person(session, past_seminar)
    session.commit()
    with create_other_deployment(replace(settings, base_url="")) as private:
        organizer = sign_in_organizer(private, session)
        organizer.submit(get_check_url(past_seminar), form="issue")
    [entry] = list_register(session)
    assert entry.facts["specimen"] is True
    assert entry.qr_text.startswith("HTTP://127.0.0.1:8000/V/")


def test_without_a_signing_key_the_page_says_so_and_nothing_is_issued(
    settings: Settings,
    app: Flask,
    session: Session,
    past_seminar: Seminar,
    tmp_path: Path,
    clock: time_machine.Traveller,
) -> None:
    register_eligible_person(session, past_seminar)
    session.commit()
    with create_other_deployment(replace(settings, signing_key_file=str(tmp_path / "none.pem"))) as keyless:
        organizer = sign_in_organizer(keyless, session)
        assert "trainer keys rotate" in organizer.get(get_check_url(past_seminar)).words
        page = organizer.post(get_certificates_url(past_seminar), read_csrf_token(organizer), status=409)
    assert "trainer keys rotate" in page.words
    assert list_register(session) == []


def test_a_key_is_created_automatically_only_with_sqlite(tmp_path: Path) -> None:
    shared = build_settings(tmp_path, "postgresql://localhost/none")
    with pytest.raises(NoSigningKey):
        load_keyring(shared)
    own = build_settings(tmp_path, "")
    assert load_keyring(own).public_key == load_keyring(own).public_key
    assert get_signing_key_path(own).stat().st_mode & 0o777 == 0o600
    assert load_keyring(shared).public_key == load_keyring(own).public_key


def test_an_existing_key_is_never_replaced_automatically(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "seal.pem"
    run_concurrently(*(lambda: create_signing_key(path) for _each in range(4)))
    first = path.read_bytes()
    create_signing_key(path)
    assert path.read_bytes() == first
    assert len(Keyring.from_pem(first).public_key) == 32


REGION_NAMES = ("Оʼтегенова", "Oʻktamov", "O‘ktamov", "Əliyev", "О\u2010Тегін", "Ҷӯраев", "Ґудзь", "Ăndrei Țiriac")
UNPRINTABLE_NAMES = ("王", "Е\u0301льцова", "Ж" * 80)


def test_names_of_the_region_are_issued(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    for number, surname in enumerate(REGION_NAMES):
        register_eligible_person(session, past_seminar, surname=surname, phone=f"+7701555060{number}")
    assert "не будет выдан" not in organizer.get(f"{get_certificates_url(past_seminar)}?lang=ru").words
    organizer.submit(get_check_url(past_seminar), form="issue")
    assert {issued.recipient.removesuffix(" Айгүл Маратқызы") for issued in list_register(session)} == set(REGION_NAMES)


@pytest.mark.parametrize("surname", UNPRINTABLE_NAMES)
def test_a_name_that_cannot_be_printed_stops_nobody_else(
    organizer: Visitor, session: Session, past_seminar: Seminar, surname: str
) -> None:
    register_eligible_person(session, past_seminar)
    left_out = register_eligible_person(session, past_seminar, YERLAN, surname=surname)
    warned = organizer.get(get_certificates_url(past_seminar))
    organizer.submit(get_check_url(past_seminar), form="issue")
    assert [issued.recipient for issued in list_register(session)] == ["Өтегенова Айгүл Маратқызы"]
    for page in (warned, organizer.get(get_certificates_url(past_seminar))):
        assert f"/desk/registrations/{left_out.id}" in page.text
        assert surname in page.words
    left_out.person.surname = "Ван"
    session.commit()
    organizer.submit(get_check_url(past_seminar), form="issue")
    assert len(list_register(session)) == 2


def test_only_unprintable_names_issue_nothing(session: Session, past_seminar: Seminar) -> None:
    register_eligible_person(session, past_seminar, surname="王")
    with pytest.raises(BatchUnprintable):
        issue_to_eligible(session, past_seminar)
    assert list_register(session) == []


def test_a_title_that_does_not_fit_stops_the_issue_with_an_explanation(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    register_eligible_person(session, past_seminar)
    past_seminar.title = Translated("Өте ұзын атау " * 40, "Очень длинное название " * 40, "")
    assert "Өте ұзын атау" in organizer.get(get_check_url(past_seminar)).words
    page = organizer.post(get_certificates_url(past_seminar), read_csrf_token(organizer), status=409)
    assert "Өте ұзын атау" in page.words
    assert list_register(session) == []


def test_a_seminar_without_certificates_issues_none(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    register_eligible_person(session, past_seminar)
    past_seminar.has_certificate = False
    organizer.get(get_certificates_url(past_seminar), status=404)
    organizer.post(get_certificates_url(past_seminar), read_csrf_token(organizer), status=404)
    assert list_register(session) == []


def test_a_batch_without_eligible_people_issues_nothing(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    organizer.post(get_certificates_url(past_seminar), read_csrf_token(organizer))
    organizer.post("/desk/seminars/999/certificates", read_csrf_token(organizer), status=404)
    assert list_register(session) == []


def test_a_stranger_issues_nothing(stranger: Visitor, session: Session, past_seminar: Seminar) -> None:
    register_eligible_person(session, past_seminar)
    fields = stranger.get("/desk/sign-in").read_form()[1]
    stranger.get(get_certificates_url(past_seminar), status=302)
    stranger.post(get_certificates_url(past_seminar), {"csrf_token": fields["csrf_token"]}, status=302)
    assert list_register(session) == []


def test_what_was_issued_stays_when_names_and_titles_change(
    organizer: Visitor, stranger: Visitor, session: Session, past_seminar: Seminar
) -> None:
    aigul = register_eligible_person(session, past_seminar)
    [entry] = issue_to_eligible(session, past_seminar)
    addresses = (f"/v/{entry.code}", f"/r/{aigul.token}/certificate.pdf")
    program = {"Accept": "application/json"}
    before = [stranger.client.get(address, headers=program).data for address in addresses]
    aigul.person.surname = "Басқа"
    past_seminar.title, past_seminar.city, past_seminar.hours = Translated("Басқа атау"), Translated("Басқа қала"), 99
    past_seminar.project.title, past_seminar.project.grantee = Translated("Басқа жоба"), Translated("Басқа қор")
    past_seminar.signatories = []
    session.commit()
    organizer.get(get_certificates_url(past_seminar))
    assert [stranger.client.get(address, headers=program).data for address in addresses] == before


def test_the_seal_has_the_facts_of_the_register(app: Flask, session: Session, past_seminar: Seminar) -> None:
    register_eligible_person(session, past_seminar)
    [entry] = issue_to_eligible(session, past_seminar)
    verdict = unseal(entry.qr_text, load_keyring(app.extensions["settings"]).public_keys)
    assert verdict.facts
    assert (verdict.facts.code, verdict.facts.serial) == (entry.code, entry.serial)
    assert verdict.facts.recipient == entry.recipient
    assert entry.qr_text.startswith(f"HTTPS://SEMINAR.EXAMPLE.ORG/V/{entry.code}#")


def test_the_file_is_stored_by_its_hash(app: Flask, session: Session, past_seminar: Seminar) -> None:
    register_eligible_person(session, past_seminar)
    [entry] = issue_to_eligible(session, past_seminar)
    content = Storage.from_settings(app.extensions["settings"]).load_content(entry.pdf_sha256)
    assert content.startswith(b"%PDF-")
    assert entry.issued_at == NOON
