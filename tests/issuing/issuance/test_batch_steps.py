"""Batches in steps: progress is shown, an interrupted batch continues, and nothing is issued twice."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import create_seminar, register_eligible_person
from tests.page import Page
from tests.visitor import Visitor
from trainer.issuing.desk import batch_views
from trainer.issuing.issuance import issue
from trainer.issuing.models import IssuedCertificate
from trainer.projects.models import Project
from trainer.seminars.models import Seminar


@pytest.fixture
def five(session: Session, past_seminar: Seminar, monkeypatch: pytest.MonkeyPatch) -> Seminar:
    """Return a seminar with five people who qualify; a step issues two."""
    monkeypatch.setattr(batch_views, "BATCH_STEP_SIZE", 2)
    for number in range(5):
        register_eligible_person(session, past_seminar, surname="Сейіт" + "абвгд"[number], phone=f"+7701555050{number}")
    session.commit()
    return past_seminar


def list_holder_ids(session: Session) -> list[int | None]:
    """Return the registration ids with a certificate, by number."""
    session.commit()
    return list(session.scalars(select(IssuedCertificate.registration_id).order_by(IssuedCertificate.number)))


def test_a_step_shows_its_progress_and_continues(organizer: Visitor, session: Session, five: Seminar) -> None:
    address = f"/desk/seminars/{five.id}/certificates"
    page = organizer.follow(organizer.submit(f"{address}/check", form="issue"))
    assert len(list_holder_ids(session)) == 2
    [progress] = page.find_all("progress")
    assert (progress.get("max"), progress.get("value")) == ("5", "2")
    assert is_continued(page)
    target, fields = page.read_form("issue")
    page = organizer.follow(organizer.post(target, fields))
    target, fields = page.read_form("issue")
    page = organizer.follow(organizer.post(target, fields))
    assert not page.find_all("progress")
    assert len(set(list_holder_ids(session))) == 5


def test_the_end_of_a_batch_reports_the_total_of_all_steps(organizer: Visitor, five: Seminar) -> None:
    address = f"/desk/seminars/{five.id}/certificates"
    organizer.get(f"{address}?lang=en")
    for _portion in range(2):
        organizer.follow(organizer.submit(f"{address}/check", form="issue"))
    organizer.submit(f"{address}/check", form="issue")
    assert "5 certificates issued." in organizer.get(address).words


def test_a_second_submission_does_not_report_zero_certificates(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    register_eligible_person(session, past_seminar)
    address = f"/desk/seminars/{past_seminar.id}/certificates"
    target, fields = organizer.get(f"{address}/check?lang=en").read_form("issue")
    for _press in range(2):
        organizer.post(target, fields)
    words = organizer.get(address).words
    assert "1 certificate issued." in words and "Everyone who qualifies already has a certificate." in words
    assert "0 certificates" not in words


def is_continued(page: Page) -> bool:
    """Return whether a page continues the batch when it opens."""
    return any("auto-continue.js" in (element.get("src") or "") for element in page.find_all("script"))


def test_a_get_request_issues_nothing(organizer: Visitor, session: Session, five: Seminar) -> None:
    for more in ("", "?going_on=1", f"?going_on={five.id}"):
        page = organizer.get(f"/desk/seminars/{five.id}/certificates{more}")
        assert not is_continued(page) and not page.find_all("progress")


def test_a_batch_continues_once_per_step_and_only_in_its_own_seminar(
    organizer: Visitor, session: Session, five: Seminar, project: Project
) -> None:
    other = create_seminar(session, project, five.sessions[0].starts_at, slug="other")
    register_eligible_person(session, other, surname="Әлі", phone="+77015550598")
    address = f"/desk/seminars/{five.id}/certificates"
    organizer.submit(f"{address}/check", form="issue")
    assert not is_continued(organizer.get(f"/desk/seminars/{other.id}/certificates"))
    organizer.submit(f"{address}/check", form="issue")
    assert is_continued(organizer.get(address))
    assert not is_continued(organizer.get(address))


def test_an_interrupted_batch_continues_with_those_who_remain(
    organizer: Visitor, session: Session, five: Seminar, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/desk/seminars/{five.id}/certificates"
    organizer.submit(f"{address}/check", form="issue")
    real, calls = issue.create_certificate, []

    def cut(*given: object) -> tuple[IssuedCertificate, bytes]:
        calls.append(given)
        if len(calls) == 2:
            raise SystemExit("the power went")
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(issue, "create_certificate", cut)
    with pytest.raises(SystemExit):
        organizer.submit(f"{address}/check", form="issue")
    session.rollback()
    assert len(list_holder_ids(session)) == 2
    monkeypatch.setattr(issue, "create_certificate", real)
    for _portion in range(2):
        organizer.submit(f"{address}/check", form="issue")
    assert len(list_holder_ids(session)) == len(set(list_holder_ids(session))) == 5
    numbers = select(IssuedCertificate.number).order_by(IssuedCertificate.number)
    assert list(session.scalars(numbers)) == [1, 2, 3, 4, 5]


def test_a_name_that_cannot_be_printed_is_left_out_of_every_step(
    organizer: Visitor, session: Session, five: Seminar
) -> None:
    register_eligible_person(session, five, surname="Ли", given_name="明", phone="+77015550599")
    address = f"/desk/seminars/{five.id}/certificates"
    for issued_count in (2, 4, 5):
        page = organizer.follow(organizer.submit(f"{address}/check", form="issue"))
        assert "明" in page.words
        assert len(list_holder_ids(session)) == issued_count
    assert not is_continued(page) and "issue" not in [form.get("id") for form in page.find_all("form")]


def test_unprintable_russian_texts_are_reported_before_anybody_registers(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    position = "Руководитель " + "ж" * 120
    past_seminar.signatories = [{"name": "Ә. Мұратбекова", "position": {"kk": "Жоба менеджері", "ru": position}}]
    page = organizer.get(f"/desk/seminars/{past_seminar.id}/certificates")
    assert position in page.words
    assert "Жоба менеджері" not in page.words
