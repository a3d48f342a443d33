"""What the answers say: k of n, compared with the target as whole numbers, and the words of the people."""

import re

import pytest
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, YERLAN, Visitor, a_seminar, answered, marked, registered
from tests.page import Page, words
from trainer.attendance.models import Status
from trainer.projects.models import Project
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.responses import AnsweredBefore, survey_of
from trainer.surveys.results.aggregation import Item, Results, results


@pytest.fixture
def three(session: Session, held: Seminar) -> list[Registration]:
    """Two people who were there and one who was not."""
    found = [registered(session, held, each) for each in (AIGUL, YERLAN, MARINA)]
    for registration, status in zip(found, (Status.PRESENT, Status.LATE, Status.ABSENT), strict=True):
        marked(session, registration, status, status)
    return found


def address_of(seminar: Seminar) -> str:
    """The results at the desk."""
    return f"/desk/seminars/{seminar.id}/surveys/1/results"


def figures(page: Page) -> list[list[int]]:
    """The numbers of each figure: satisfaction, response rate, the project's satisfaction."""
    shown = [each for each in page.all("p") if each.get("class") == "figure"]
    return [[int(each) for each in re.findall(r"\d+", words(figure))] for figure in shown]


def found(session: Session, seminar: Seminar) -> Results:
    """The seminar's results."""
    return results(session, survey_of(session, seminar))


def item(of: Results, key: str) -> Item:
    """The results of one question."""
    return next(each for each in of.items if each.question.key == key)


def test_every_item_is_counted_by_what_was_answered(session: Session, held: Seminar, three: list[Registration]) -> None:
    answered(session, three[0], 5, useful=4, change="Бәрін")
    answered(session, three[1], 3, useful=4)
    counted = found(session, held)
    assert counted.responses == 2
    assert (item(counted, "overall").counts, item(counted, "overall").satisfied) == ({5: 1, 3: 1}, 1)
    assert (item(counted, "useful").counts, item(counted, "useful").answered) == ({4: 2}, 2)
    assert (item(counted, "clear").answered, item(counted, "clear").satisfied) == (0, 0)
    assert item(counted, "change").texts == ("Бәрін",)


def test_a_rule_keeps_one_response_of_each_person(session: Session, three: list[Registration]) -> None:
    answered(session, three[0], 5)
    with pytest.raises(AnsweredBefore):
        answered(session, three[0], 1)


def test_the_page_says_how_many_of_how_many(
    organizer: Visitor, session: Session, held: Seminar, three: list[Registration]
) -> None:
    answered(session, three[0], 4)
    page = organizer.get(address_of(held) + "?lang=en")
    assert figures(page) == [[1, 1, 100], [1, 2, 50], [1, 1, 100]]
    answered(session, three[1], 2)
    page = organizer.get(address_of(held) + "?lang=en")
    assert figures(page) == [[1, 2, 50], [2, 2, 100], [1, 2, 50]]


def test_those_who_came_and_have_not_answered_are_named(
    organizer: Visitor, session: Session, held: Seminar, three: list[Registration]
) -> None:
    answered(session, three[0])
    page = organizer.get(address_of(held))
    assert three[1].person.full_name in page.words
    assert three[0].person.full_name not in page.words
    assert three[2].person.full_name not in page.words


def test_an_empty_survey_has_a_page_without_figures_of_satisfaction(organizer: Visitor, held: Seminar) -> None:
    page = organizer.get(address_of(held) + "?lang=en")
    assert figures(page) == [[0, 0]]
    assert "Nobody has answered yet" in page.words


def test_what_people_wrote_is_shown_as_they_wrote_it(
    organizer: Visitor, session: Session, held: Seminar, three: list[Registration]
) -> None:
    written = "<script>alert('x')</script> & \"тырнақша\" {{ 7*7 }}"
    answered(session, three[0], change=written)
    page = organizer.get(address_of(held))
    assert written in page.words
    assert "<script>alert" not in page.text


def test_answers_of_one_seminar_are_never_shown_at_another(
    organizer: Visitor, session: Session, held: Seminar, project: Project, three: list[Registration]
) -> None:
    other = a_seminar(session, project, held.sessions[0].starts_at, slug="other")
    answered(session, three[0], 1, change="Біріншіде ғана айтылған")
    answered(session, registered(session, other), 5, change="Екіншіде ғана айтылған")
    page = organizer.get(address_of(other))
    assert "Екіншіде ғана айтылған" in page.words
    assert "Біріншіде ғана айтылған" not in page.words
    assert item(found(session, other), "overall").counts == {5: 1}
    assert item(found(session, held), "overall").counts == {1: 1}


def test_the_address_of_old_leads_to_the_results(organizer: Visitor, held: Seminar) -> None:
    assert organizer.get(f"/desk/seminars/{held.id}/survey", status=301).location == address_of(held)


def test_a_seminar_without_a_survey_has_no_results(organizer: Visitor, held: Seminar) -> None:
    held.has_survey = False
    organizer.get(address_of(held), status=404)
    organizer.get("/desk/seminars/999/survey", status=404)


def test_a_stranger_sees_no_results(stranger: Visitor, held: Seminar) -> None:
    assert held.ends_at
    assert held.ends_at < NOON
    assert "/desk/sign-in" in str(stranger.get(address_of(held), status=302).location)
