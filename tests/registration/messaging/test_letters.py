"""The standard letters: own texts instead of the default, checked, previewed, reset, and used when messages are sent."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, YERLAN, register_person
from tests.fake_smtp import (
    BackgroundWorker,
    FakeSmtpServer,
    get_email_text,
    get_message_body,
    list_queued_messages,
)
from tests.visitor import Visitor
from trainer.language import LANGUAGES
from trainer.messages.letters import list_standard_letters, write_default_letter
from trainer.messages.placeholders import find_placeholder_error, list_placeholder_names
from trainer.projects.models import Project
from trainer.seminars.models import Seminar

OWN_BODY = "Құрметті {name}!\n\n{seminar}: {dates}\nБетіңіз: {page}"


def get_address(project: Project, kind: str = "registered") -> str:
    """Return the address of the page of a letter."""
    return f"/desk/messages/letters/{project.id}/{kind}"


def test_every_default_letter_passes_its_own_check_in_every_language(app: Flask) -> None:
    with app.app_context():
        for letter in list_standard_letters():
            for language in LANGUAGES:
                text = write_default_letter(letter, language)
                assert find_placeholder_error(f"{text.subject}\n{text.body}", letter.placeholder_names) is None
                assert letter.required_names <= list_placeholder_names(text.body)


def test_every_kind_of_letter_can_be_opened_and_saved_unchanged(
    app: Flask, organizer: Visitor, session: Session, project: Project
) -> None:
    with app.app_context():
        kinds = [letter.kind for letter in list_standard_letters()]
    assert len(kinds) == 12
    for kind in kinds:
        organizer.submit(get_address(project, kind), form="letter")
        page = organizer.get(get_address(project, kind))
        assert [form.get("id") for form in page.list_forms()] == ["letter"]  # there is nothing to reset
    assert "өз мәтіні" not in organizer.get("/desk/messages/letters").words.casefold()


def test_an_own_text_is_sent_in_its_language_and_the_default_in_the_others(
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    project: Project,
    seminar: Seminar,
) -> None:
    register_person(session, seminar, AIGUL)
    register_person(session, seminar, MARINA, email="marina@example.org")
    organizer.submit(get_address(project), {"subject-kk": "{seminar} күтеді", "body-kk": OWN_BODY}, "letter")
    worker.run_jobs()
    kazakh, russian = sorted(smtp_server.emails, key=lambda email: str(email["To"]))
    assert kazakh["Subject"] == "Күтім негіздері күтеді"
    assert get_email_text(kazakh).startswith("Құрметті Айгүл Маратқызы!\n\nКүтім негіздері: 2025 жылғы 7 маусым")
    assert "Вы зарегистрированы" in str(russian["Subject"])


def test_a_message_that_waits_gets_the_new_text(
    app: Flask, organizer: Visitor, worker: BackgroundWorker, session: Session, project: Project, seminar: Seminar
) -> None:
    register_person(session, seminar, YERLAN)
    worker.run_jobs()
    organizer.submit(get_address(project), {"body-kk": OWN_BODY}, "letter")
    assert get_message_body(app, session, list_queued_messages(session)[0]).startswith("Құрметті Ерлан")


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("body-kk", "Сәлем\n{nаme} {page}", "{nаme}"),  # with a Cyrillic а
        ("body-ru", "Здравствуйте! {page}\n{seminars}", "{seminar}"),
        ("body-kk", "Сәлем, {name}!", "{page}"),
        ("subject-en", "{number}", "{number}"),
        ("body-en", "{page} {", "1"),
    ],
)
def test_a_wrong_placeholder_is_refused_with_where_it_stands(
    organizer: Visitor, session: Session, project: Project, field: str, text: str, sentence: str
) -> None:
    page = organizer.get(get_address(project))
    _action, fields = page.read_form("letter")
    refused = organizer.post(get_address(project), {**fields, field: text}, status=422)
    assert sentence in refused.get_error(field)
    assert refused.get_value(field) == text  # what was typed is kept
    assert organizer.get(get_address(project)).get_value(field) != text


def test_an_empty_field_and_reset_bring_the_default_back_and_the_history_stays(
    organizer: Visitor, session: Session, project: Project
) -> None:
    default = organizer.get(get_address(project)).get_value("body-kk")
    organizer.submit(get_address(project), {"body-kk": OWN_BODY}, "letter")
    assert organizer.get(get_address(project)).get_value("body-kk") == OWN_BODY
    organizer.submit(get_address(project), {"body-kk": ""}, "letter")
    assert organizer.get(get_address(project)).get_value("body-kk") == default
    organizer.submit(get_address(project), {"body-kk": OWN_BODY}, "letter")
    organizer.submit(get_address(project), form="reset")
    page = organizer.get(get_address(project))
    assert page.get_value("body-kk") == default
    assert page.words.count("Құрметті {name}!") == 2 and page.words.count("Сәуле") == 4


def test_two_who_edit_at_once_do_not_overwrite_each_other_unseen(
    organizer: Visitor, session: Session, project: Project
) -> None:
    _action, first = organizer.get(get_address(project)).read_form("letter")
    organizer.submit(get_address(project), {"body-kk": OWN_BODY}, "letter")
    refused = organizer.post(get_address(project), {**first, "subject-kk": "Басқа"}, status=409)
    assert refused.get_value("subject-kk") == "Басқа"
    assert organizer.get(get_address(project)).get_value("subject-kk") != "Басқа"
    organizer.post(get_address(project), refused.read_form("letter")[1])  # saved again on purpose
    assert organizer.get(get_address(project)).get_value("subject-kk") == "Басқа"


def test_the_preview_shows_the_text_with_samples(organizer: Visitor, project: Project) -> None:
    organizer.submit(get_address(project, "lapsed"), {"body-en": "Dear {name}, see {page}"}, "letter")
    assert "Dear Aigul Maratkyzy, see https://example.org/r/…" in organizer.get(get_address(project, "lapsed")).words


def test_unknown_letters_and_projects_are_not_found(organizer: Visitor, project: Project) -> None:
    organizer.get(get_address(project, "nonsense"), status=404)
    organizer.get("/desk/messages/letters/999/registered", status=404)
    organizer.get(get_address(project, "announcement"), status=404)


def test_a_name_with_a_placeholder_in_it_is_not_filled_in(
    organizer: Visitor, worker: BackgroundWorker, session: Session, app: Flask, project: Project, seminar: Seminar
) -> None:
    registration = register_person(session, seminar, YERLAN)
    registration.person.given_name = "{page}"
    worker.run_jobs()
    assert "{page}" in get_message_body(app, session, list_queued_messages(session)[0])


def test_a_letter_without_days_and_venue_does_not_count_as_told(
    organizer: Visitor, worker: BackgroundWorker, session: Session, project: Project, seminar: Seminar
) -> None:
    organizer.submit(get_address(project, "applied"), {"body-kk": "Өтінішіңіз келді: {page}"}, "letter")
    seminar.needs_approval = True
    register_person(session, seminar, AIGUL)
    worker.run_jobs()
    [message] = list_queued_messages(session)
    assert (message.status, message.told_version) == ("sent", None)
