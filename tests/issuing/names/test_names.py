"""Printed names: confirmed by the holder before issuing, corrected afterwards if the organizer agrees."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, issue_to_eligible, register_eligible_person, register_person
from tests.visitor import Visitor
from trainer.issuing.models import IssuedCertificate, NameCorrection
from trainer.issuing.names.corrections import CorrectionPending, request_correction
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar

LATIN = "Ötegenova Aigül"


@pytest.fixture
def aigul(session: Session, past_seminar: Seminar) -> Registration:
    """Return a participant who qualifies for the certificate."""
    return register_eligible_person(session, past_seminar, AIGUL)


def list_entries(session: Session) -> list[IssuedCertificate]:
    """Return the register in order of issue."""
    session.commit()
    session.expire_all()
    return list(session.scalars(select(IssuedCertificate).order_by(IssuedCertificate.id)))


def test_a_confirmed_name_is_what_prints(
    stranger: Visitor, session: Session, aigul: Registration, past_seminar: Seminar
) -> None:
    page = stranger.get(f"/r/{aigul.token}/name")
    assert page.get_value("name") == "Өтегенова Айгүл Маратқызы"
    stranger.submit(f"/r/{aigul.token}/name", {"name": LATIN})
    session.expire_all()
    assert [certificate.recipient for certificate in issue_to_eligible(session, past_seminar)] == [LATIN]
    assert aigul.person.full_name == "Өтегенова Айгүл Маратқызы"


def test_confirming_as_registered_follows_the_registered_name(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    stranger.submit(f"/r/{aigul.token}/name")
    session.commit()
    session.expire_all()
    assert (aigul.person.certificate_name, aigul.person.name_confirmed_at) == ("", NOON)


def test_an_unconfirmed_name_is_reported_and_does_not_stop_issuing(
    organizer: Visitor, session: Session, aigul: Registration, past_seminar: Seminar
) -> None:
    page = organizer.get(f"/desk/seminars/{past_seminar.id}/certificates?lang=en")
    assert "1 name has not been confirmed by its holder yet" in page.words
    assert len(issue_to_eligible(session, past_seminar)) == 1


def test_after_a_mistake_the_correction_can_be_read_in_another_language(
    stranger: Visitor, session: Session, aigul: Registration, past_seminar: Seminar
) -> None:
    issue_to_eligible(session, past_seminar)
    page = stranger.submit(f"/r/{aigul.token}/name", {"name": ""}, status=422)
    [russian] = [link for link in page.list_links() if "lang=ru" in link]
    assert stranger.get(russian).language == "ru"


def test_a_name_confirmed_after_issuing_is_offered_as_a_correction(
    stranger: Visitor, session: Session, aigul: Registration, past_seminar: Seminar
) -> None:
    target, fields = stranger.get(f"/r/{aigul.token}/name").read_form()
    issue_to_eligible(session, past_seminar)
    page = stranger.post(target, {**fields, "name": LATIN}, status=200)
    assert page.get_value("name") == LATIN
    target, fields = page.read_form()
    stranger.post(target, fields)
    assert session.scalars(select(NameCorrection)).one().requested_name == LATIN


def test_a_refused_request_is_shown_to_its_holder(
    stranger: Visitor, organizer: Visitor, session: Session, aigul: Registration, past_seminar: Seminar
) -> None:
    issue_to_eligible(session, past_seminar)
    stranger.submit(f"/r/{aigul.token}/name", {"name": LATIN})
    [correction] = session.scalars(select(NameCorrection))
    fields = organizer.get("/desk/account").read_form()[1]
    organizer.post(f"/desk/corrections/{correction.id}", {**fields, "decision": "refuse"})
    words = stranger.get(f"/r/{aigul.token}/name?lang=en").words
    assert f"You asked for this name: {LATIN}. The organiser left the certificate unchanged." in words


def test_an_issued_certificate_is_listed_with_the_name_printed_on_it(
    organizer: Visitor, session: Session, aigul: Registration, past_seminar: Seminar
) -> None:
    issue_to_eligible(session, past_seminar)
    aigul.person.surname = "Басқаева"
    page = organizer.get(f"/desk/seminars/{past_seminar.id}/certificates?lang=en")
    assert "printed as: Өтегенова Айгүл Маратқызы" in page.words


@pytest.mark.parametrize(
    "typed", ["", "   ", "Ж" * 121, "Ж" * 110, "Ли 明", "Aйгүл", "Айгүл 2", "<b>Айгүл</b>", "😀", "=1+1"]
)
def test_a_name_that_can_not_be_printed_is_refused_next_to_the_field(
    stranger: Visitor, session: Session, aigul: Registration, typed: str
) -> None:
    page = stranger.submit(f"/r/{aigul.token}/name", {"name": typed}, status=422)
    assert page.get_error("name")
    session.expire_all()
    assert aigul.person.name_confirmed_at is None


def test_an_approved_correction_replaces_the_certificate(
    stranger: Visitor, organizer: Visitor, session: Session, aigul: Registration, past_seminar: Seminar
) -> None:
    [first] = issue_to_eligible(session, past_seminar)
    stranger.submit(f"/r/{aigul.token}/name", {"name": "Өтегенова Айгүл Маратовна", "note": "Құжатымда осылай"})
    assert [certificate.status for certificate in list_entries(session)] == ["valid"]
    assert "Өтегенова Айгүл Маратовна" in stranger.get(f"/r/{aigul.token}/name").words
    page = organizer.get(f"/desk/seminars/{past_seminar.id}/certificates")
    target, fields = page.read_form(0)
    organizer.post(target, {**fields, "decision": "approve"})
    old, new = list_entries(session)
    assert (old.id, old.status, old.invalidation_reason, old.recipient) == (
        first.id,
        "replaced",
        "correction",
        first.recipient,
    )
    assert (new.status, new.replaces_id, new.recipient) == ("valid", old.id, "Өтегенова Айгүл Маратовна")
    assert (new.number, new.facts) == (2, old.facts)
    assert aigul.person.printed_name == "Өтегенова Айгүл Маратовна"
    assert new.serial in stranger.get(f"/r/{aigul.token}").words


def test_a_refused_correction_changes_nothing_and_may_be_requested_again(
    stranger: Visitor, organizer: Visitor, session: Session, aigul: Registration, past_seminar: Seminar
) -> None:
    issue_to_eligible(session, past_seminar)
    stranger.submit(f"/r/{aigul.token}/name", {"name": LATIN})
    target, fields = organizer.get(f"/desk/seminars/{past_seminar.id}/certificates").read_form(0)
    organizer.post(target, {**fields, "decision": "refuse"})
    organizer.post(target, {**fields, "decision": "approve"})  # too late
    assert [certificate.status for certificate in list_entries(session)] == ["valid"]
    stranger.submit(f"/r/{aigul.token}/name", {"name": LATIN})
    assert [
        certificate.status for certificate in session.scalars(select(NameCorrection).order_by(NameCorrection.id))
    ] == [
        "refused",
        "waiting",
    ]


def test_the_corrected_certificate_keeps_the_facts_of_the_first_whatever_became_of_the_seminar(
    stranger: Visitor, organizer: Visitor, session: Session, aigul: Registration, past_seminar: Seminar
) -> None:
    issue_to_eligible(session, past_seminar)
    past_seminar.hours, past_seminar.signatories, past_seminar.design = 99, [], "quiet"
    stranger.submit(f"/r/{aigul.token}/name", {"name": LATIN})
    target, fields = organizer.get(f"/desk/seminars/{past_seminar.id}/certificates").read_form(0)
    organizer.post(target, {**fields, "decision": "approve"})
    assert [certificate.facts["hours"] for certificate in list_entries(session)] == [8, 8]
    assert list_entries(session)[1].facts["design"] == "standard"


def test_the_same_name_and_a_second_request_are_refused(
    stranger: Visitor, session: Session, aigul: Registration, past_seminar: Seminar
) -> None:
    [entry] = issue_to_eligible(session, past_seminar)
    assert stranger.submit(f"/r/{aigul.token}/name", status=422).get_error("name")
    request_correction(session, entry, LATIN, "", NOON)
    with pytest.raises(CorrectionPending):
        request_correction(session, entry, "Другая", "", NOON)


def test_a_form_submitted_after_issuing_changes_nothing(
    stranger: Visitor, session: Session, aigul: Registration, past_seminar: Seminar
) -> None:
    target, fields = stranger.get(f"/r/{aigul.token}/name").read_form()
    issue_to_eligible(session, past_seminar)
    stranger.post(target, {**fields, "name": LATIN}, status=200)
    session.expire_all()
    assert aigul.person.certificate_name == ""


def test_a_seminar_without_certificates_asks_for_no_name(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.has_certificate = False
    somebody = register_person(session, seminar)
    stranger.get(f"/r/{somebody.token}/name", status=404)
    assert f"/r/{somebody.token}/name" not in stranger.get(f"/r/{somebody.token}").list_links()
