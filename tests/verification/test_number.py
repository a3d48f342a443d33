"""Verification by the printed number: only together with the surname, and any mismatch gets the same answer."""

import pytest
from sqlalchemy.orm import Session

from certificates import build_serial
from tests.factories import issue_to_eligible, register_eligible_person
from tests.visitor import Visitor
from trainer.issuing.models import IssuedCertificate
from trainer.seminars.models import Seminar
from trainer.verification.lookup import has_surname


@pytest.fixture
def entry(session: Session, past_seminar: Seminar) -> IssuedCertificate:
    """Return a certificate of Өтегенова Айгүл Маратқызы."""
    register_eligible_person(session, past_seminar)
    return issue_to_eligible(session, past_seminar)[0]


def submit_number_form(visitor: Visitor, number: str, surname: str, status: int = 303) -> str:
    """Return the redirect for a number and a surname, or the error next to the field."""
    page = visitor.post("/verify", {"number": number, "surname": surname}, status=status)
    return str(page.location or page.get_error("number") or page.get_error("surname"))


@pytest.mark.parametrize("surname", ["Өтегенова", "өтегенова", " ӨТЕГЕНОВА ", "Отегенова", "Өтегенова Айгүл"])
def test_number_and_surname_lead_to_the_verdict(stranger: Visitor, entry: IssuedCertificate, surname: str) -> None:
    assert submit_number_form(stranger, entry.serial, surname).endswith(f"/v/{entry.code}")
    assert submit_number_form(stranger, entry.serial.lower().replace("-", " "), surname).endswith(f"/v/{entry.code}")


def test_any_mismatch_gets_the_same_answer(stranger: Visitor, entry: IssuedCertificate) -> None:
    unissued = build_serial("TM", 2025, 4711)
    wrong = [(entry.serial, "Соколова"), (entry.serial, "Өтеген"), (entry.serial, "Айгүл"), (unissued, "Өтегенова")]
    answers = {submit_number_form(stranger, number, surname, status=404) for number, surname in wrong}
    assert len(answers) == 1 and answers != {""}


def test_a_mistyped_number_is_reported_as_mistyped(stranger: Visitor, entry: IssuedCertificate) -> None:
    for number in (entry.serial[:-1] + "*", "TM", "0" * 30, "😀", ""):
        page = stranger.post("/verify", {"number": number, "surname": "Өтегенова"}, status=422)
        assert page.get_error("number")
        assert page.get_value("surname") == "Өтегенова"


def test_a_surname_matches_whole_words_only() -> None:
    entry = IssuedCertificate(recipient="Нұр-Ахмет Сәуле")
    assert has_surname(entry, "Нұр-Ахмет") and has_surname(entry, "нур ахмет") and has_surname(entry, "Нур")
    assert not any(has_surname(entry, surname) for surname in ("", " ", "Н", "Нұр-Ах", "Сәуле", "%", "_"))


@pytest.mark.usefixtures("rate_limits")
def test_guessing_surnames_is_rate_limited(stranger: Visitor, entry: IssuedCertificate) -> None:
    for _guess in range(20):
        submit_number_form(stranger, entry.serial, "Соколова", status=404)
    stranger.post("/verify", {"number": entry.serial, "surname": "Өтегенова"}, status=429)
