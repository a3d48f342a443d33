"""Export of personal data: complete, readable, and of nobody else."""

import json
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import (
    AIGUL,
    NOON,
    YERLAN,
    create_seminar,
    issue_to_eligible,
    register_eligible_person,
    register_person,
)
from tests.visitor import Visitor
from trainer.language.translated import Translated
from trainer.messages.outbox import OutgoingMessage, queue_outgoing_message
from trainer.projects.models import Project
from trainer.registration.models import Registration, RegistrationQuestion
from trainer.registration.seats.enrolment import register_known_person
from trainer.seminars.models import Seminar
from trainer.surveys.scores.scores import record_test_scores


@pytest.fixture
def aigul(session: Session, past_seminar: Seminar, project: Project) -> Registration:
    """Return a registration about which every package stores something."""
    registration = register_eligible_person(session, past_seminar)
    question = RegistrationQuestion(
        seminar_id=past_seminar.id, position=1, kind="text", label=Translated("Тамақ?", "Еда?", "Food?"), retired=True
    )
    session.add(question)
    session.flush()
    registration.answers = {str(question.id): "етсіз"}
    record_test_scores(session, past_seminar, {registration.id: 85}, None, NOON)
    queue_outgoing_message(
        session,
        registration.person,
        OutgoingMessage("text", "one", f"seminar-{past_seminar.id}", "Тақырып", "Мәтін", ""),
        NOON,
    )
    issue_to_eligible(session, past_seminar)
    register_known_person(session, registration.person, create_seminar(session, project, slug="coming"), NOON)
    register_person(session, past_seminar, YERLAN)
    session.commit()
    return registration


def download_data_file(visitor: Visitor, registration: Registration, query: str = "") -> dict[str, Any]:
    """Return the parsed JSON file."""
    answer = visitor.get(f"/r/{registration.token}/my-data.json{query}").response
    assert answer.mimetype == "application/json"
    assert "my-data.json" in answer.headers["Content-Disposition"]
    read: dict[str, Any] = json.loads(answer.get_data().decode("utf-8"))
    return read


def test_the_file_holds_everything(stranger: Visitor, session: Session, aigul: Registration) -> None:
    data = download_data_file(stranger, aigul)
    person = data["person"]
    person_row = aigul.person
    for key in ("surname", "given_name", "patronymic", "phone", "email", "language", "workplace", "position"):
        assert person[key] == getattr(person_row, key)
    assert [registration["state"] for registration in data["registrations"]] == ["registered", "registered"]
    first = data["registrations"][0]
    assert first["answers"] == [{"question": "Тамақ?", "answer": "етсіз"}]
    [consent] = first["consents"]
    assert consent["text"] == aigul.consents[0].text.body
    assert (consent["address"], consent["withdrawn_at"]) == ("192.0.2.1", None)
    assert datetime.fromisoformat(consent["given_at"]) == aigul.consents[0].given_at
    assert [item["status"] for item in first["attendance"]] == ["present", "present"]
    assert first["test_percent"] == 85
    assert "Толық қанағаттанамын" in [item["answer"] for item in first["survey"]]
    [certificate] = first["certificates"]
    assert certificate["recipient"] == AIGUL.surname + " Айгүл Маратқызы"
    assert [(message["subject"], message["body"], message["address"]) for message in data["messages"]] == [
        ("Тақырып", "Мәтін", "aigul@example.org")
    ]


def test_the_file_is_written_in_letters_that_people_read(stranger: Visitor, aigul: Registration) -> None:
    assert "Өтегенова" in stranger.get(f"/r/{aigul.token}/my-data.json").text


def test_the_page_says_the_same_in_words_and_in_the_language_of_the_page(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    page = stranger.get(f"/r/{aigul.token}/my-data")
    facts = (
        "Өтегенова",
        "8 701 555 01 01",
        "aigul@example.org",
        "Облыстық аурухана",
        "етсіз",
        "Толық қанағаттанамын",
        "85%",
        "Мәтін",
        "192.0.2.1",
    )
    for fact in facts:
        assert fact in page.words, fact
    assert "Еда?" in stranger.get(f"/r/{aigul.token}/my-data?lang=ru").words


def test_nothing_of_anybody_else_is_in_it(stranger: Visitor, session: Session, aigul: Registration) -> None:
    yerlan = session.scalars(select(Registration).join(Registration.person).where(Registration.id != aigul.id)).all()[
        -1
    ]
    for address in ("my-data", "my-data.json"):
        content = stranger.get(f"/r/{aigul.token}/{address}").response.get_data(as_text=True)
        for secret in (YERLAN.surname, YERLAN.phone, yerlan.token, aigul.token if address.endswith("json") else "\0"):
            assert secret not in content


def test_every_state_and_every_row_has_words(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    aigul = register_person(session, seminar)
    for state in ("applied", "waiting", "lapsed", "refused", "cancelled"):
        aigul.status = state
        assert stranger.get(f"/r/{aigul.token}/my-data?lang=en").heading
