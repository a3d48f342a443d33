"""Checklists: a trainer marks the participants, and corrects marks until the survey is closed."""

from urllib.parse import quote

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, YERLAN, mark_sessions, register_person
from tests.surveys.survey_factories import make_survey, make_text
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.registration.models import Registration
from trainer.registration.seats.duplicates import merge_registration, unmerge_registration
from trainer.seminars.models import Seminar
from trainer.surveys.anonymity import close_survey
from trainer.surveys.checklists.results import summarise_checklist
from trainer.surveys.models import Survey, SurveyPurpose, SurveyResponse
from trainer.surveys.questions.model import SurveyQuestion, SurveyQuestionKind
from trainer.surveys.responses import list_respondent_ids

STEPS = tuple(
    SurveyQuestion(key, SurveyQuestionKind.YES_NO, make_text(key), required=True)
    for key in ("inform", "brakes", "board")
)


@pytest.fixture
def people(session: Session, past_seminar: Seminar) -> list[Registration]:
    """Return two registrations that were present, in the order of their names, and one that was not."""
    summary = [register_person(session, past_seminar, person) for person in (AIGUL, MARINA, YERLAN)]
    for registration in summary[:2]:
        mark_sessions(session, registration, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    return summary


@pytest.fixture
def checklist(session: Session, past_seminar: Seminar) -> Survey:
    """Return a checklist of three steps."""
    return make_survey(session, past_seminar, STEPS, purpose=SurveyPurpose.CHECKLIST)


def build_checklist_path(survey: Survey, registration: Registration | None = None) -> str:
    """Return the path of a checklist, or of one participant's."""
    below = f"/{registration.id}" if registration else ""
    return f"/desk/seminars/{survey.seminar.id}/surveys/{survey.number}/skills{below}"


def list_checklist_responses(session: Session) -> list[SurveyResponse]:
    """Return the stored marks."""
    session.commit()
    session.expire_all()
    return list(session.scalars(select(SurveyResponse).order_by(SurveyResponse.id)))


def test_participants_are_marked_one_after_another(
    organizer: Visitor, session: Session, checklist: Survey, people: list[Registration]
) -> None:
    first, second, absent = people
    links = organizer.get(build_checklist_path(checklist)).list_links()
    assert [build_checklist_path(checklist, registration) in links for registration in people] == [True, True, False]
    answer = organizer.submit(build_checklist_path(checklist, first), {"q_inform": "yes", "q_brakes": "no"})
    assert answer.location == build_checklist_path(checklist, second)
    assert organizer.submit(
        build_checklist_path(checklist, second), {"q_inform": "yes"}
    ).location == build_checklist_path(checklist)
    assert [response.answers for response in list_checklist_responses(session)] == [
        {"inform": True, "brakes": False},
        {"inform": True},
    ]
    assert all(response.entered_by_id for response in list_checklist_responses(session))
    assert organizer.get(build_checklist_path(checklist, first)).get_value("q_brakes") == "no"
    organizer.get(build_checklist_path(checklist, absent), status=404)


def test_marks_can_be_corrected_until_the_survey_is_closed(
    organizer: Visitor, session: Session, checklist: Survey, people: list[Registration]
) -> None:
    first = people[0]
    organizer.submit(build_checklist_path(checklist, first), {"q_inform": "no"})
    organizer.submit(build_checklist_path(checklist, first), {"q_inform": "yes", "q_board": "yes"})
    assert [response.answers for response in list_checklist_responses(session)] == [{"inform": True, "board": True}]
    fields = organizer.get(build_checklist_path(checklist, first)).read_form()[1]
    close_survey(session, checklist, NOON)
    organizer.post(build_checklist_path(checklist, first), {**fields, "q_inform": "no"})
    assert [response.answers for response in list_checklist_responses(session)] == [{"inform": True, "board": True}]
    assert not [
        form
        for form in organizer.get(build_checklist_path(checklist, first)).list_forms()
        for _b in form.iter("button")
    ]


def test_two_trainers_do_not_overwrite_each_others_marks(
    organizer: Visitor, session: Session, checklist: Survey, people: list[Registration]
) -> None:
    first = people[0]
    begun = organizer.get(build_checklist_path(checklist, first)).read_form()[1]
    organizer.submit(build_checklist_path(checklist, first), {"q_inform": "yes"})
    page = organizer.post(f"{build_checklist_path(checklist, first)}?lang=en", {**begun, "q_brakes": "no"}, status=409)
    assert "Another person has marked this participant since you opened the page" in page.words
    assert (page.get_value("q_inform"), page.get_value("q_brakes")) == ("yes", "no")
    assert [response.answers for response in list_checklist_responses(session)] == [{"inform": True}]
    again = {**page.read_form()[1], "q_inform": "yes", "q_brakes": "no"}
    organizer.post(build_checklist_path(checklist, first), again, status=303)
    organizer.post(build_checklist_path(checklist, first), again, status=303)
    assert [response.answers for response in list_checklist_responses(session)] == [{"inform": True, "brakes": False}]


def test_an_invalid_mark_is_rejected(
    organizer: Visitor, session: Session, checklist: Survey, people: list[Registration]
) -> None:
    assert organizer.submit(build_checklist_path(checklist, people[0]), {"q_inform": "maybe"}, status=422).get_error(
        "q_inform"
    )
    organizer.submit(build_checklist_path(checklist, people[0]), {"q_inform": "yes", "version": "2"}, status=409)
    assert list_checklist_responses(session) == []


def test_participants_neither_see_nor_answer_a_checklist(
    organizer: Visitor, stranger: Visitor, session: Session, checklist: Survey, people: list[Registration]
) -> None:
    stranger.get(f"/r/{people[0].token}/survey/2", status=404)
    other = make_survey(session, checklist.seminar, number=3)
    organizer.get(build_checklist_path(other), status=404)
    stranger.get(build_checklist_path(checklist), status=302)


def test_marks_of_a_merged_registration_count_for_the_surviving_one(
    organizer: Visitor, session: Session, past_seminar: Seminar, checklist: Survey, people: list[Registration]
) -> None:
    first, second, absent = people
    organizer.submit(build_checklist_path(checklist, second), {"q_inform": "yes", "q_brakes": "no"})
    merge_registration(session, second, absent, NOON)
    merge_registration(session, absent, first, NOON)
    session.commit()
    page = organizer.get(f"{build_checklist_path(checklist)}?lang=en").words
    assert "1 of 2" in page
    assert "not marked" not in page
    assert organizer.get(build_checklist_path(checklist, first)).get_value("q_brakes") == "no"
    organizer.submit(build_checklist_path(checklist, first), {"q_brakes": "yes"})
    assert "2 of 2" in organizer.get(f"{build_checklist_path(checklist)}?lang=en").words
    summary = summarise_checklist(session, checklist)
    assert summary
    assert summary.total == 1


def test_marks_return_to_their_registrations_when_a_merge_is_undone(
    organizer: Visitor, session: Session, checklist: Survey, people: list[Registration]
) -> None:
    first, second, _absent = people
    organizer.submit(build_checklist_path(checklist, second), {"q_inform": "no"})
    merge_registration(session, second, first, NOON)
    organizer.submit(build_checklist_path(checklist, first), {"q_inform": "yes"})
    assert organizer.get(build_checklist_path(checklist, first)).get_value("q_inform") == "yes"
    unmerge_registration(session, second, NOON)
    assert {response.registration_id: response.answers for response in list_checklist_responses(session)} == {
        first.id: {"inform": True},
        second.id: {"inform": False},
    }
    assert list_respondent_ids(session, checklist) == {first.id, second.id}


def test_a_checklist_sent_for_a_merged_registration_is_shown_with_the_surviving_one(
    organizer: Visitor, session: Session, checklist: Survey, people: list[Registration]
) -> None:
    first, second, _absent = people
    organizer.submit(build_checklist_path(checklist, first), {"q_inform": "no", "q_board": "yes"})
    typed = {
        **organizer.get(build_checklist_path(checklist, second)).read_form()[1],
        "q_inform": "yes",
        "q_brakes": "no",
    }
    merge_registration(session, second, first, NOON)
    session.commit()
    page = organizer.post(f"{build_checklist_path(checklist, second)}?lang=en", typed, status=409)
    assert "merged into the one shown here" in page.words and first.person.full_name in page.words
    assert [page.get_value(f"q_{key}") for key in ("inform", "brakes", "board")] == ["yes", "no", "yes"]
    assert [response.answers for response in list_checklist_responses(session)] == [{"inform": False, "board": True}]
    where, fields = page.read_form()
    assert where == build_checklist_path(checklist, first)
    organizer.post(where, fields)
    assert [response.answers for response in list_checklist_responses(session)] == [
        {"inform": True, "brakes": False, "board": True}
    ]
    assert "merged into the one shown here" in organizer.get(f"{build_checklist_path(checklist, second)}?lang=en").words


def test_switching_the_language_keeps_the_marks(
    organizer: Visitor, session: Session, checklist: Survey, people: list[Registration]
) -> None:
    page = organizer.submit(build_checklist_path(checklist, people[0]), {"q_inform": "yes", "switch": "ru"}, status=200)
    assert (page.language, page.get_value("q_inform")) == ("ru", "yes")
    assert 'name="switch"' in page.text
    assert list_checklist_responses(session) == []


def test_the_list_is_searched_as_that_of_registrations(
    organizer: Visitor, checklist: Survey, people: list[Registration]
) -> None:
    first, _second, absent = people
    for query in (first.person.surname, "otegenova", first.person.phone):
        links = organizer.get(f"{build_checklist_path(checklist)}?query={quote(query)}").list_links()
        shown = [build_checklist_path(checklist, registration) in links for registration in people]
        assert shown == [True, False, False], query
    page = organizer.get(f"{build_checklist_path(checklist)}?query={quote(absent.person.surname)}")
    assert build_checklist_path(checklist, absent) not in page.list_links()
