"""Consents: their wording, giving and withdrawing them, and the erasure of accessibility needs."""

from datetime import timedelta

from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, YERLAN, register_person
from tests.portal.page_actions import submit_join_button
from tests.registration.factories import REGISTRATION_INPUT, REGISTRATION_PATH, list_registrations
from tests.visitor import Visitor
from trainer.language import LANGUAGES, dates
from trainer.projects.models import Project
from trainer.registration import consent
from trainer.registration.models import ConsentPurpose, Registration
from trainer.registration.self_service import access_needs
from trainer.seminars.models import Seminar

HOUR = timedelta(hours=1)


def give_photo_consent(session: Session, registration: Registration, moment: object = NOON) -> None:
    """Record a consent to photos."""
    with session.info["app"].app_context():
        wording = consent.build_photo_wording(registration.seminar.project, "kk")
        consent.record_consent(session, registration, wording, moment, "192.0.2.1")  # type: ignore[arg-type]
    session.flush()


def test_the_wording_names_the_operator_the_recipient_and_the_period(session: Session, project: Project) -> None:
    project.business_number = "123456789012"
    with session.info["app"].app_context():
        for language in LANGUAGES:
            body = consent.build_personal_data_wording(project, language).body
            assert project.grantee.get_text(language) in body
            assert "123456789012" in body
            assert project.grant_giver.get_text(language) in body
            assert dates.format_long_date(project.end, language) in body


def test_the_english_wording_names_all_that_the_law_requires(session: Session, project: Project) -> None:
    with session.info["app"].app_context():
        points = [point.split(":")[0] for point in consent.build_personal_data_wording(project, "en").points]
        body = consent.build_personal_data_wording(project, "en").body
    assert points[:5] == ["Operator", "Who consents", "Data", "Purpose", "Passed to"]
    for named in ("abroad", "public sources", "Period", "withdraw", "accessibility needs", "questions in this form"):
        assert named in body


def test_a_consent_to_photos_is_withdrawn_and_given_again(session: Session, seminar: Seminar) -> None:
    registration = register_person(session, seminar)
    assert not consent.find_given_consent(registration, ConsentPurpose.PHOTO)
    give_photo_consent(session, registration)
    first = consent.find_given_consent(registration, ConsentPurpose.PHOTO)
    assert consent.find_given_consent(registration, ConsentPurpose.PHOTO)
    consent.withdraw_consent(session, registration, ConsentPurpose.PHOTO, NOON + HOUR)
    assert not consent.find_given_consent(registration, ConsentPurpose.PHOTO)
    assert consent.find_given_consent(registration, ConsentPurpose.PERSONAL_DATA) is not None
    give_photo_consent(session, registration, NOON + 2 * HOUR)
    again = consent.find_given_consent(registration, ConsentPurpose.PHOTO)
    assert again is not None and again is not first
    assert first is not None and first.withdrawn_at == NOON + HOUR, "that it was given, and until when, stays known"


def test_withdrawing_twice_keeps_the_first_time(session: Session, seminar: Seminar) -> None:
    registration = register_person(session, seminar)
    for hours in (1, 2):
        consent.withdraw_consent(session, registration, ConsentPurpose.PERSONAL_DATA, NOON + hours * HOUR)
    assert [consent.withdrawn_at for consent in registration.consents] == [NOON + HOUR]


def test_a_withdrawn_consent_is_not_copied_to_another_seminar(
    stranger: Visitor, session: Session, seminar: Seminar, past_seminar: Seminar
) -> None:
    past_seminar.slug, past_seminar.opened_at = "other", NOON
    for seminar_session in past_seminar.sessions:
        seminar_session.starts_at, seminar_session.ends_at = (
            seminar_session.starts_at + timedelta(days=9),
            seminar_session.ends_at + timedelta(days=9),
        )
    stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, "photo_consent": "y"})
    [first] = list_registrations(session)
    consent.withdraw_consent(session, first, ConsentPurpose.PHOTO, NOON)
    submit_join_button(stranger, first, past_seminar)
    further = list_registrations(session)[1]
    assert [consent.text.purpose for consent in further.consents] == ["personal_data"]


def test_access_needs_are_erased_after_the_seminar_and_not_before(
    session: Session, seminar: Seminar, past_seminar: Seminar
) -> None:
    for one_seminar in (seminar, past_seminar):
        register_person(session, one_seminar, AIGUL).answers = {"access": "Арба", "7": "Ақтау"}
        register_person(session, one_seminar, YERLAN).answers = {"7": "Ақтау"}
    session.flush()
    assert past_seminar.ends_at is not None
    assert access_needs.list_expired_access_needs(session, past_seminar.ends_at - HOUR) == []
    [only] = access_needs.list_expired_access_needs(session, NOON)
    assert only.seminar is past_seminar
    access_needs.erase_access_needs(session, only, NOON)
    assert only.answers == {"7": "Ақтау"}
    assert access_needs.list_expired_access_needs(session, NOON) == []


def test_a_consent_is_valid_until_it_is_withdrawn(session: Session, seminar: Seminar) -> None:
    aigul = register_person(session, seminar)
    assert consent.find_given_consent(aigul, ConsentPurpose.PERSONAL_DATA)
    assert not consent.find_given_consent(aigul, ConsentPurpose.PHOTO)
    assert not consent.has_withdrawn_consent(aigul, ConsentPurpose.PHOTO), "what was never given was not taken back"
    consent.withdraw_consent(session, aigul, ConsentPurpose.PERSONAL_DATA, NOON + HOUR)
    consent.withdraw_consent(session, aigul, ConsentPurpose.PERSONAL_DATA, NOON + 2 * HOUR)
    assert not consent.find_given_consent(aigul, ConsentPurpose.PERSONAL_DATA)
    assert consent.has_withdrawn_consent(aigul, ConsentPurpose.PERSONAL_DATA)
    [photo_consent] = aigul.consents
    assert photo_consent.withdrawn_at == NOON + HOUR, "a second time changes nothing"


def test_the_organizer_sees_whether_photos_are_allowed_now(session: Session, seminar: Seminar) -> None:
    aigul = register_person(session, seminar)
    with session.info["app"].app_context():
        wording = consent.build_photo_wording(seminar.project, "kk")
    for agrees in (True, False, True):
        if agrees:
            consent.record_consent(session, aigul, wording, NOON, "192.0.2.1")
        else:
            consent.withdraw_consent(session, aigul, ConsentPurpose.PHOTO, NOON + HOUR)
        assert (consent.find_given_consent(aigul, ConsentPurpose.PHOTO) is not None) == agrees
    assert consent.find_given_consent(aigul, ConsentPurpose.PERSONAL_DATA)
