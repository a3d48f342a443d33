"""Checklists: a trainer marks what one participant after the other can do, and corrects it until the survey is closed."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, YERLAN, Visitor, marked, registered
from tests.surveys.survey_factories import a_survey, words
from trainer.attendance.models import Status
from trainer.registration.models import Registration
from trainer.registration.seats.enrolment import merge, unmerge
from trainer.seminars.models import Seminar
from trainer.surveys.anonymity import close
from trainer.surveys.models import Purpose, Survey, SurveyResponse
from trainer.surveys.questions.model import Question, QuestionKind
from trainer.surveys.responses import respondents
from trainer.surveys.results.learning_gain import skills

STEPS = tuple(Question(key, QuestionKind.YES_NO, words(key), required=True) for key in ("inform", "brakes", "board"))


@pytest.fixture
def people(session: Session, held: Seminar) -> list[Registration]:
    """Two who were there, in the order of their names, and one who was not."""
    found = [registered(session, held, each) for each in (AIGUL, MARINA, YERLAN)]
    for each in found[:2]:
        marked(session, each, Status.PRESENT, Status.PRESENT)
    return found


@pytest.fixture
def checklist(session: Session, held: Seminar) -> Survey:
    """A checklist of three steps."""
    return a_survey(session, held, STEPS, purpose=Purpose.SKILLS)


def place(survey: Survey, registration: Registration | None = None) -> str:
    """The checklist at the desk, or one person's."""
    below = f"/{registration.id}" if registration else ""
    return f"/desk/seminars/{survey.seminar.id}/surveys/{survey.number}/skills{below}"


def kept(session: Session) -> list[SurveyResponse]:
    """What was marked."""
    session.commit()
    session.expire_all()
    return list(session.scalars(select(SurveyResponse).order_by(SurveyResponse.id)))


def test_one_after_the_other_is_marked_and_what_is_marked_stays(
    organizer: Visitor, session: Session, checklist: Survey, people: list[Registration]
) -> None:
    first, second, absent = people
    links = organizer.get(place(checklist)).links()
    assert [place(checklist, each) in links for each in people] == [True, True, False]
    answer = organizer.submit(place(checklist, first), {"q_inform": "yes", "q_brakes": "no"})
    assert answer.location == place(checklist, second)
    assert organizer.submit(place(checklist, second), {"q_inform": "yes"}).location == place(checklist)
    assert [each.answers for each in kept(session)] == [{"inform": True, "brakes": False}, {"inform": True}]
    assert all(each.entered_by_id for each in kept(session))
    assert organizer.get(place(checklist, first)).value("q_brakes") == "no"
    organizer.get(place(checklist, absent), status=404)


def test_it_is_corrected_until_the_survey_is_closed(
    organizer: Visitor, session: Session, checklist: Survey, people: list[Registration]
) -> None:
    first = people[0]
    organizer.submit(place(checklist, first), {"q_inform": "no"})
    organizer.submit(place(checklist, first), {"q_inform": "yes", "q_board": "yes"})
    assert [each.answers for each in kept(session)] == [{"inform": True, "board": True}]
    fields = organizer.get(place(checklist, first)).form()[1]
    close(session, checklist, NOON)
    organizer.post(place(checklist, first), {**fields, "q_inform": "no"})
    assert [each.answers for each in kept(session)] == [{"inform": True, "board": True}]
    assert not [each for each in organizer.get(place(checklist, first)).forms() for _b in each.iter("button")]


def test_two_trainers_who_mark_the_same_participant_do_not_undo_each_others_marks(
    organizer: Visitor, session: Session, checklist: Survey, people: list[Registration]
) -> None:
    first = people[0]
    begun = organizer.get(place(checklist, first)).form()[1]
    organizer.submit(place(checklist, first), {"q_inform": "yes"})
    page = organizer.post(f"{place(checklist, first)}?lang=en", {**begun, "q_brakes": "no"}, status=409)
    assert "Somebody else has marked this participant meanwhile" in page.words
    assert (page.value("q_inform"), page.value("q_brakes")) == ("yes", "no")
    assert [each.answers for each in kept(session)] == [{"inform": True}]
    again = {**page.form()[1], "q_inform": "yes", "q_brakes": "no"}
    organizer.post(place(checklist, first), again, status=303)
    organizer.post(place(checklist, first), again, status=303)
    assert [each.answers for each in kept(session)] == [{"inform": True, "brakes": False}]


def test_what_is_no_mark_is_refused(
    organizer: Visitor, session: Session, checklist: Survey, people: list[Registration]
) -> None:
    assert organizer.submit(place(checklist, people[0]), {"q_inform": "maybe"}, status=422).error("q_inform")
    organizer.submit(place(checklist, people[0]), {"q_inform": "yes", "version": "2"}, status=409)
    assert kept(session) == []


def test_participants_neither_see_nor_answer_it(
    organizer: Visitor, stranger: Visitor, session: Session, checklist: Survey, people: list[Registration]
) -> None:
    stranger.get(f"/r/{people[0].token}/survey/2", status=404)
    other = a_survey(session, checklist.seminar, number=3)
    organizer.get(place(other), status=404)
    stranger.get(place(checklist), status=302)


def test_what_was_marked_of_a_duplicate_stands_with_the_one_it_was_merged_into(
    organizer: Visitor, session: Session, held: Seminar, checklist: Survey, people: list[Registration]
) -> None:
    first, second, absent = people
    organizer.submit(place(checklist, second), {"q_inform": "yes", "q_brakes": "no"})
    merge(session, second, absent, NOON)
    merge(session, absent, first, NOON)
    session.commit()
    page = organizer.get(f"{place(checklist)}?lang=en").words
    assert "1 of 2" in page
    assert "not marked" not in page
    assert organizer.get(place(checklist, first)).value("q_brakes") == "no"
    organizer.submit(place(checklist, first), {"q_brakes": "yes"})
    assert "2 of 2" in organizer.get(f"{place(checklist)}?lang=en").words
    found = skills(session, checklist)
    assert found
    assert found.whole == 1


def test_what_was_marked_of_each_is_theirs_again_when_a_merge_is_taken_back(
    organizer: Visitor, session: Session, checklist: Survey, people: list[Registration]
) -> None:
    first, second, _absent = people
    organizer.submit(place(checklist, second), {"q_inform": "no"})
    merge(session, second, first, NOON)
    organizer.submit(place(checklist, first), {"q_inform": "yes"})
    assert organizer.get(place(checklist, first)).value("q_inform") == "yes"
    unmerge(session, second, NOON)
    assert {each.registration_id: each.answers for each in kept(session)} == {
        first.id: {"inform": True},
        second.id: {"inform": False},
    }
    assert respondents(session, checklist) == {first.id, second.id}


def test_what_is_typed_of_somebody_merged_meanwhile_is_shown_with_the_one_kept_and_saved_there(
    organizer: Visitor, session: Session, checklist: Survey, people: list[Registration]
) -> None:
    first, second, _absent = people
    organizer.submit(place(checklist, first), {"q_inform": "no", "q_board": "yes"})
    typed = {**organizer.get(place(checklist, second)).form()[1], "q_inform": "yes", "q_brakes": "no"}
    merge(session, second, first, NOON)
    session.commit()
    page = organizer.post(f"{place(checklist, second)}?lang=en", typed, status=409)
    assert "merged into the one shown here" in page.words and first.person.full_name in page.words
    assert [page.value(f"q_{each}") for each in ("inform", "brakes", "board")] == ["yes", "no", "yes"]
    assert [each.answers for each in kept(session)] == [{"inform": False, "board": True}]
    where, fields = page.form()
    assert where == place(checklist, first)
    organizer.post(where, fields)
    assert [each.answers for each in kept(session)] == [{"inform": True, "brakes": False, "board": True}]
    assert "merged into the one shown here" in organizer.get(f"{place(checklist, second)}?lang=en").words


def test_another_language_keeps_the_marks(
    organizer: Visitor, session: Session, checklist: Survey, people: list[Registration]
) -> None:
    page = organizer.submit(place(checklist, people[0]), {"q_inform": "yes", "switch": "ru"}, status=200)
    assert (page.language, page.value("q_inform")) == ("ru", "yes")
    assert 'name="switch"' in page.text
    assert kept(session) == []
