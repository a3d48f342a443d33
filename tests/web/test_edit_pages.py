"""Every page of the desk that edits stored values shows what somebody else has stored in the meantime."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.concurrency import run_concurrently
from tests.evidence.factories import create_item
from tests.factories import NOON, register_person
from tests.monitoring.factories import create_entry, create_publication, hand_over
from tests.registration.announcements.factories import create_announcement
from tests.route_data import create_plan_parameters
from tests.visitor import Visitor
from trainer.accounts.memberships import add_membership
from trainer.accounts.models import ProjectRole
from trainer.accounts.sign_in import get_or_create_organizer
from trainer.seminars.models import Seminar


@dataclass(frozen=True)
class Edit:
    """A form: its address, a field that two people change, and one that only the first changes."""

    address: str
    both: str
    other: str = ""
    values: tuple[str, str] = ("Раньше", "Позже")
    other_value: str = "Тридцать один"
    shown: str = ""
    """How the page writes the first value, if not as it is sent."""


EDITS = {
    "seminars.edit_seminar": Edit("/desk/seminars/1/edit", "title-ru", "hours", other_value="31"),
    "seminars.edit_seminar_step": Edit("/desk/seminars/1/edit/about", "title-ru", "trainers"),
    "projects.edit_project": Edit("/desk/project/1", "grantee-ru", "contact_email", other_value="31@example.org"),
    "projects_editing.edit_project_facts": Edit("/desk/plan/projects/1", "grantee-ru", "region-ru"),
    "projects_editing.edit_task": Edit("/desk/plan/tasks/{task_id}", "title-ru", "title-kk"),
    "projects_editing.edit_activity": Edit("/desk/plan/activities/{activity_id}", "title-ru", "venue-ru"),
    "projects_editing.edit_indicator": Edit("/desk/plan/indicators/{indicator_id}/edit", "name-ru", "planned_text-ru"),
    "projects_editing.edit_expected_result": Edit("/desk/plan/results/{result_id}", "text-ru", "text-kk"),
    "evidence_desk.edit_evidence": Edit("/desk/evidence/items/{evidence_id}", "caption-ru", "caption-kk"),
    "evidence_publications.edit_publication": Edit(
        "/desk/evidence/publications/{publication_id}/edit", "title-ru", "title-kk"
    ),
    "evidence_distribution.edit_hand_over": Edit(
        "/desk/evidence/hand-overs/{hand_over_id}", "recipient", "copies", other_value="31"
    ),
    "evidence_registers.edit_entry": Edit("/desk/evidence/registers/entries/{entry_id}", "name", "role"),
    "projects_review.edit_draft_project": Edit("/desk/plan/drafts/{draft_id}/project", "grantee-ru", "region-ru"),
    "projects_review.edit_draft_activities": Edit(
        "/desk/plan/drafts/{draft_id}/activities",
        "activities-0-event_count",
        "activities-1-event_count",
        ("31", "32"),
        "33",
    ),
    "projects_review.edit_draft_indicator": Edit(
        "/desk/plan/drafts/{draft_id}/indicators/T1.A1.I1", "name-ru", "planned_text-ru"
    ),
    "projects_review.edit_translations": Edit("/desk/plan/drafts/{draft_id}/translations/titles", "{first text}"),
    "registration_person.edit_person": Edit("/desk/registrations/1", "workplace", "position"),
    "registration_form.edit_registration_question": Edit("/desk/questions/1", "label-ru", "label-kk"),
    "registration_letters.edit_letter": Edit("/desk/messages/letters/1/registered", "subject-ru", "subject-kk"),
    "registration_announcements.edit_announcement": Edit(
        "/desk/messages/announcements/1/edit", "subject-ru", "subject-kk"
    ),
    "accounts_desk.edit_account": Edit("/desk/account", "name", "email", other_value="31@example.org"),
    "colleagues.edit_colleague": Edit(
        "/desk/colleagues/{membership_id}", "role", "", ("organizer", "assistant"), shown="Ұйымдастырушы"
    ),
    "surveys_builder.edit_survey_settings": Edit(
        "/desk/seminars/1/surveys/1/decisions", "title-ru", "target", other_value="31"
    ),
    "surveys_builder_questions.edit_question": Edit(
        "/desk/seminars/1/surveys/1/edit/question/overall", "text-ru", "text-kk"
    ),
    "surveys_scores.edit_test_scores": Edit("/desk/seminars/1/test", "percent_1", "percent_2", ("71", "72"), "73"),
}
OTHER_MECHANISMS = {
    "colleagues.edit_removal": "removes, and edits no value",
    "desk_removal.edit_deletion": "deletes, and edits no value",
    "attendance_devices.edit_device_revocation": "revokes, and edits no value",
    "seminars_cancellation.edit_cancellation": "refuses a seminar that is cancelled by then",
    "surveys_checklists.edit_checklist_entry": "combines the marks of both: tests/surveys/checklists",
    "surveys_xlsform.edit_xlsform": "refuses a file for questions that have changed: tests/surveys/xlsform",
}


@pytest.fixture
def everything(organizer: Visitor, session: Session, seminar: Seminar) -> Visitor:
    """Return the organizer, with something stored behind every form."""
    seminar.pass_mark = 60
    register_person(session, seminar)
    register_person(session, seminar, surname="Сапарова", phone="+77015550177")
    organizer.submit("/desk/seminars/1/questions", {"label-kk": "Сұрақ", "label-ru": "Вопрос"}, form="add")
    organizer.submit("/desk/seminars/1/surveys/1/decisions", {"anonymous": "no"})
    create_announcement(session, seminar)
    return organizer


@pytest.fixture
def edit(everything: Visitor, session: Session, seminar: Seminar, name: str) -> Edit:
    """Return a form with the numbers of what was stored."""
    user = get_or_create_organizer(session, "colleague@example.org", name="Ерлан")
    membership = add_membership(session, user, seminar.project.id, ProjectRole.OWNER, NOON)
    numbers: dict[str, Any] = create_plan_parameters(session, seminar.project) | {"membership_id": membership.id}
    numbers["publication_id"] = create_publication(session, seminar.project).id
    item = create_item(session, seminar.project)
    numbers |= {"evidence_id": item.id, "hand_over_id": hand_over(session, item).id}
    numbers["entry_id"] = create_entry(session, seminar.project).id
    session.commit()
    chosen = EDITS[name]
    address, both = chosen.address.format(**numbers), chosen.both
    if both == "{first text}":
        both = next(field for field in everything.get(address).read_form()[1] if field.startswith("text-"))
    return Edit(address, both, chosen.other, chosen.values, chosen.other_value, chosen.shown)


def test_every_form_that_edits_is_tested_here(app: Flask) -> None:
    edit_pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/desk/") and {"GET", "POST"} <= (rule.methods or set())
        if rule.endpoint.rpartition(".")[2].startswith("edit_")
    }
    assert edit_pages == EDITS.keys() | OTHER_MECHANISMS.keys()


@pytest.mark.one_database
@pytest.mark.parametrize("name", EDITS)
def test_nothing_is_overwritten_unseen(everything: Visitor, edit: Edit) -> None:
    earlier, later = edit.values
    opened = everything.get(edit.address).read_form(which := find_form(everything, edit))[1]
    everything.submit(
        edit.address, {edit.both: earlier} | ({edit.other: edit.other_value} if edit.other else {}), which
    )
    page = everything.post(edit.address, {**opened, edit.both: later}, status=409)
    assert (edit.shown or earlier) in page.words, "what is stored now stands beside what was typed"
    author = earlier if edit.address == "/desk/account" else "Сәуле"
    assert f"Соңғы өзгерткен: {author}, 2025 жылғы 2 маусым" in page.words
    assert page.get_value(edit.both) == later, "what was typed stays"
    assert everything.get(edit.address).get_value(edit.both) == earlier, "and nothing is saved yet"
    shown = page.read_form(which)[1]
    if edit.other and edit.other.partition("-")[0] != edit.both.partition("-")[0]:
        assert shown[edit.other] == edit.other_value, "what was left alone is taken over"
    everything.post(edit.address, shown)
    assert everything.get(edit.address).get_value(edit.both) == later, "once it was shown, it is meant"


def find_form(visitor: Visitor, edit: Edit) -> int:
    """Return the index of the form that has the field."""
    page = visitor.get(edit.address)
    return next(number for number in range(len(page.list_forms())) if edit.both in page.read_form(number)[1])


@pytest.mark.parametrize("name", EDITS)
def test_of_two_who_save_at_the_same_moment_one_is_asked(everything: Visitor, edit: Edit) -> None:
    opened = everything.get(edit.address).read_form(find_form(everything, edit))[1]
    everything.session.commit()

    def save(text: str) -> int:
        client = everything.client.application.test_client()
        with everything.client.session_transaction() as cookie, client.session_transaction() as own_cookie:
            own_cookie.update(cookie)
        return client.post(edit.address, data={**opened, edit.both: text}).status_code

    first, second = edit.values
    assert sorted(run_concurrently(lambda: save(first), lambda: save(second))) == [303, 409]
