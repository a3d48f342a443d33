"""Invalid input in the registration form: errors at the fields, the input stays, nothing is half stored."""

import dataclasses

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import create_seminar
from tests.registration.factories import REGISTRATION_INPUT, REGISTRATION_PATH, VALID_IIN, has_no_registrations
from tests.visitor import Visitor
from trainer.language import LANGUAGES
from trainer.people.models import Person
from trainer.projects.models import Project
from trainer.registration.models import Registration
from trainer.registration.seats.applicant import Applicant
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database

REQUIRED = ("surname", "given_name", "phone", "language", "consent")
NAMES = ("surname", "given_name", "patronymic")
TEXTS = (*NAMES, "workplace", "position")
MAILBOXES = ["нет", "@", "a@", "a@b", "a b@example.org", "әлия@example.org", "a@example.org\nb", "<a@example.org>"]
MAILBOXES += ["a@exa\x07mple.org", "a" * 250 + "@example.org"]
REFUSED_INPUTS = [
    *[(field, "") for field in REQUIRED],
    *[(field, "   ") for field in ("surname", "given_name", "phone")],
    *[(field, "а" * 81) for field in NAMES],
    *[(field, "а" * 201) for field in ("workplace", "position")],
    *[
        (field, wrong)
        for field in TEXTS
        for wrong in ("<b>Айгүл</b>", "Айгүл 😀", "Ай\x07гүл", "Айгүл\u202eлүгйА", "екі\nжол")
    ],
    *[
        (field, wrong)
        for field in NAMES
        for wrong in ("Мaрат", "Айгүл1", "Ким; DROP TABLE", "-", "...", "Ким_Ли", "№ 5", "王", "Е\u0301льцова", "Ḥасан")
    ],
    *[(field, f"Ким {VALID_IIN}") for field in TEXTS],
    *[
        ("phone", wrong)
        for wrong in ("жоқ", "8 701 555", "8 701 555 01 01 1", "+7 600 555 01 01", VALID_IIN, "9" * 100, "8701<b>")
    ],
    *[("email", wrong) for wrong in MAILBOXES],
    *[("language", wrong) for wrong in ("de", "kk ru", "\x00")],
]


ACCEPTED_INPUTS = [
    ("surname", "  Өтегенова \u00a0", "Өтегенова"),
    ("surname", "Ахмет-Али", "Ахмет-Али"),
    ("surname", "О’Нил", "О’Нил"),
    ("surname", "Oʻktamov", "Oʻktamov"),
    ("surname", "О\u2010Тегін", "О\u2010Тегін"),
    ("surname", "Ҷӯраев", "Ҷӯраев"),
    ("surname", "Əliyev", "Əliyev"),
    ("given_name", "Ай\u200bгүл\ufeff", "Айгүл"),
    ("patronymic", "", ""),
    ("patronymic", "Сейіт ұлы", "Сейіт ұлы"),
    ("email", "", ""),
    ("email", " AIGUL@Example.ORG ", "aigul@example.org"),
    ("workplace", "№5 «Емхана», 2-бөлім & Co", "№5 «Емхана», 2-бөлім & Co"),
    ("position", "", ""),
    ("phone", "+7 (747) 555-01-02", "+77475550102"),
    ("phone", "7475550102", "+77475550102"),
]


@pytest.fixture
def other(session: Session, seminar: Seminar) -> Seminar:
    """Add another open seminar of the project."""
    return create_seminar(session, seminar.project, slug="other")


def test_each_error_is_shown_at_its_field_and_the_input_stays(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    _target, fields = stranger.get(REGISTRATION_PATH).read_form()
    for field, wrong in REFUSED_INPUTS:
        page = stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT, field: wrong}, status=422)
        assert page.get_error(field), f"{field}: {wrong!r:.30}"
        for other in ("surname", "given_name", "patronymic", "workplace", "position"):
            assert page.get_value(other) == (format_field_value(wrong) if other == field else REGISTRATION_INPUT[other])
        assert page.get_value("nonce") == fields["nonce"]
    assert has_no_registrations(session)


def format_field_value(typed: str) -> str:
    """Return what a field shows of what was typed."""
    return typed.replace("\x07", "").strip()


def test_several_errors_are_shown_at_once_with_a_summary(stranger: Visitor, seminar: Seminar) -> None:
    page = stranger.submit(
        REGISTRATION_PATH, {**REGISTRATION_INPUT, "surname": "", "phone": "8", "email": "нет"}, status=422
    )
    assert all(page.get_error(field) for field in ("surname", "phone", "email"))
    summary = [element.get("href") for element in page.find_all("a") if (element.get("href") or "").startswith("#")]
    assert {"#surname", "#phone", "#email"} <= set(summary)


def test_an_empty_form_names_every_required_field(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    blank = dict.fromkeys((*TEXTS, "phone", "email"), "")
    page = stranger.submit(REGISTRATION_PATH, blank, status=422)
    assert {field for field in (*REGISTRATION_INPUT, "photo_consent") if page.get_error(field)} == {
        "surname",
        "given_name",
        "phone",
        "consent",
    }
    assert has_no_registrations(session)


def test_an_error_is_shown_in_the_language_of_the_page(stranger: Visitor, seminar: Seminar) -> None:
    for field, wrong in (
        ("surname", ""),
        ("workplace", "а" * 201),
        ("phone", "8"),
        ("email", "нет"),
        ("given_name", "Мaрат"),
    ):
        errors = set()
        for language in LANGUAGES:
            page = stranger.submit(
                f"{REGISTRATION_PATH}?lang={language}", {**REGISTRATION_INPUT, field: wrong}, status=422
            )
            assert page.language == language
            errors.add(page.get_error(field))
        assert len(errors) == 3, f"{field} is not translated: {errors}"


def test_real_input_is_accepted_and_normalised(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    for field, typed, stored in ACCEPTED_INPUTS:
        stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, field: typed})
        assert getattr(session.scalars(select(Person).order_by(Person.id.desc())).first(), field) == stored


def test_the_longest_values_are_kept(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    longest = {**dict.fromkeys(NAMES, "Ә" * 80), "workplace": "ж" * 200, "position": "л" * 200}
    stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, **longest})
    person = session.scalars(select(Person)).one()
    assert {name: getattr(person, name) for name in longest} == longest


def test_html_in_the_input_is_escaped(stranger: Visitor, seminar: Seminar) -> None:
    page = stranger.submit(
        REGISTRATION_PATH, {**REGISTRATION_INPUT, "surname": "\"><script>alert('1')</script>"}, status=422
    )
    assert page.get_value("surname") == "\"><script>alert('1')</script>"
    assert not page.find_all("script")


def test_an_invalid_nonce_registers_nobody(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    for tampered in ("", "short", "a" * 44, "ә" * 43, "a" * 42 + "'", "a" * 42 + "\x00", " " * 43):
        page = stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, "nonce": tampered}, status=422)
        assert page.get_error("nonce")
        assert page.get_value("nonce") not in ("", tampered), "the form can be sent now"
    assert has_no_registrations(session)


def test_a_nonce_of_another_seminars_form_makes_a_registration_of_its_own(
    stranger: Visitor, session: Session, seminar: Seminar, other: Seminar
) -> None:
    fields = stranger.get(REGISTRATION_PATH).read_form()[1]
    first = stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT})
    second = stranger.post("/s/other/register", {**fields, **REGISTRATION_INPUT})
    assert first.location != second.location
    registrations = session.scalars(select(Registration).order_by(Registration.id)).all()
    assert [registration.seminar.slug for registration in registrations] == ["care", "other"]


def test_the_nonce_of_another_person_does_not_show_their_page(
    stranger: Visitor, session: Session, seminar: Seminar, other: Seminar
) -> None:
    fields = stranger.get(REGISTRATION_PATH).read_form()[1]
    stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT})
    again = stranger.post(
        REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT, "surname": "Ким", "phone": "8 701 555 99 99"}
    )
    _first, second = session.scalars(select(Registration).order_by(Registration.id))
    assert again.location == f"/r/{second.token}"


def test_a_changed_consent_text_must_be_read_again(
    stranger: Visitor, session: Session, seminar: Seminar, project: Project
) -> None:
    fields = stranger.get(REGISTRATION_PATH).read_form()[1]
    project.business_number = "123456789012"
    page = stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT}, status=422)
    assert page.get_error("consent")
    assert page.get_value("surname") == REGISTRATION_INPUT["surname"]
    assert has_no_registrations(session)
    stranger.post(REGISTRATION_PATH, {**page.read_form()[1], **REGISTRATION_INPUT})


def test_a_consent_to_an_unknown_text_is_refused(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    for version in ("", "0" * 16, "x" * 500, "\x00"):
        page = stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, "consent_version": version}, status=422)
        assert page.get_error("consent")
    assert has_no_registrations(session)


def test_fields_that_the_form_does_not_have_change_nothing(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    stranger.submit(
        REGISTRATION_PATH,
        {**REGISTRATION_INPUT, "state": "cancelled", "token": "x", "id": "7", "seminar_id": "9", "created_at": "now"},
    )
    registration = session.scalars(select(Registration)).one()
    assert (registration.status, registration.seminar_id) == ("registered", seminar.id)
    assert len(registration.token) == 43


def test_a_forged_token_opens_no_personal_page(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    token = stranger.submit(REGISTRATION_PATH, REGISTRATION_INPUT).location.removeprefix("/r/")
    for forged in (token[:-1], token + "A", token.swapcase(), "A" * 43, "%25", "_"):
        stranger.get(f"/r/{forged}", status=404)
    stranger.get(f"/r/{token}")


def test_the_applicant_has_no_field_that_the_form_does_not_fill() -> None:
    assert {field.name for field in dataclasses.fields(Applicant)} == set(REGISTRATION_INPUT) - {"consent"}
