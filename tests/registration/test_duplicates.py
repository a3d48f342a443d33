"""Likely the same person once more: the ordinary answer for the trainee, a question for the organizer."""

import pytest
from sqlalchemy.orm import Session

from tests.cast import AIGUL, MARINA, YERLAN, Visitor, registered
from tests.page import Page
from tests.registration.test_register import ADDRESS, TYPED, registrations
from trainer.registration.models import Registration, State
from trainer.registration.places import SeminarFull, places_left, settle_duplicate
from trainer.seminars.models import Seminar

SOMEBODY_ELSE = {"surname": "Ким", "given_name": "Лев", "patronymic": ""}
SAME_NAME = {"surname": "ОТЕГЕНОВА", "given_name": "Айгул", "patronymic": "", "phone": "8 747 555 99 99"}


@pytest.fixture
def aigul(session: Session, seminar: Seminar) -> Registration:
    """Aigul, who has a place."""
    return registered(session, seminar, AIGUL)


@pytest.fixture
def doubtful(session: Session, seminar: Seminar, aigul: Registration) -> Registration:
    """Somebody with Aigul's phone."""
    found = registered(session, seminar, YERLAN, phone=AIGUL.phone)
    session.commit()
    return found


@pytest.mark.parametrize("changes", [SOMEBODY_ELSE, SAME_NAME], ids=["the same phone", "a name that folds to the same"])
def test_a_likely_duplicate_gets_an_answer_that_tells_nothing(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration, changes: dict[str, str]
) -> None:
    answer = stranger.submit(ADDRESS, {**TYPED, **changes})
    assert answer.location == "/s/care/received"
    page = stranger.follow(answer)
    assert not any(word in page.text for word in (AIGUL.surname, AIGUL.given_name, aigul.token, "8 701"))
    assert [each.state for each in registrations(session)] == [State.REGISTERED, State.DUPLICATE]


def test_a_likely_duplicate_holds_no_place_and_has_no_page(
    stranger: Visitor, session: Session, seminar: Seminar, doubtful: Registration
) -> None:
    assert places_left(session, seminar) == 9
    stranger.get(f"/r/{doubtful.token}", status=404)
    stranger.get(f"/r/{doubtful.token}/certificate.pdf", status=404)


def test_a_likely_duplicate_is_taken_in_even_when_all_places_are_gone(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration
) -> None:
    fields = stranger.get(ADDRESS).form()[1]
    seminar.capacity = 1
    assert stranger.post(ADDRESS, {**fields, **TYPED}).location == "/s/care/received"


def test_the_consent_of_a_likely_duplicate_is_kept_too(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration
) -> None:
    stranger.submit(ADDRESS, {**TYPED, **SOMEBODY_ELSE, "photo_consent": "y"})
    assert len(registrations(session)[1].consents) == 2


def test_the_same_form_of_a_likely_duplicate_is_one_registration(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration
) -> None:
    fields = stranger.get(ADDRESS).form()[1]
    for _press in range(3):
        assert stranger.post(ADDRESS, {**fields, **TYPED, **SOMEBODY_ELSE}).location == "/s/care/received"
    assert len(registrations(session)) == 2


def test_other_people_are_no_duplicates(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration
) -> None:
    other = {"surname": "Өтегенова", "given_name": "Айгерім", "phone": "8 747 555 99 99"}
    assert (stranger.submit(ADDRESS, {**TYPED, **other}).location or "").startswith("/r/")


def test_a_registration_that_was_cancelled_makes_no_duplicate(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration
) -> None:
    aigul.state = State.CANCELLED
    assert (stranger.submit(ADDRESS, TYPED).location or "").startswith("/r/")


def question(organizer: Visitor, seminar: Seminar) -> Page:
    """The organizer's list."""
    return organizer.get(f"/desk/seminars/{seminar.id}/registrations")


def decide(organizer: Visitor, seminar: Seminar, decision: str) -> None:
    """Press one of the two buttons beside the first likely duplicate."""
    target, fields = question(organizer, seminar).form(0)
    organizer.post(target, {**fields, "decision": decision})


def rows(page: Page) -> list[str]:
    """The names in the table."""
    return [" ".join("".join(each.itertext()).split()) for each in page.all("th") if each.get("scope") == "row"]


def test_the_organizer_sees_both_beside_each_other(
    organizer: Visitor, seminar: Seminar, aigul: Registration, doubtful: Registration
) -> None:
    page = question(organizer, seminar)
    assert rows(page) == [aigul.person.full_name]
    assert doubtful.person.full_name in page.words
    assert page.words.count(aigul.person.full_name) >= 2


def test_somebody_else_gets_a_place_and_a_page(
    organizer: Visitor, session: Session, seminar: Seminar, doubtful: Registration
) -> None:
    decide(organizer, seminar, "other")
    session.expire_all()
    assert doubtful.state == State.REGISTERED
    assert len(rows(question(organizer, seminar))) == 2
    organizer.get(f"/r/{doubtful.token}")


def test_the_same_person_keeps_one_registration(
    organizer: Visitor, session: Session, seminar: Seminar, doubtful: Registration
) -> None:
    decide(organizer, seminar, "same")
    session.expire_all()
    assert doubtful.state == State.CANCELLED
    page = question(organizer, seminar)
    assert page.forms() == []
    assert len(rows(page)) == 1


def test_what_is_decided_is_not_decided_again(
    organizer: Visitor, session: Session, seminar: Seminar, doubtful: Registration
) -> None:
    target, fields = question(organizer, seminar).form(0)
    organizer.post(target, {**fields, "decision": "same"})
    organizer.post(target, {**fields, "decision": "other"})
    session.expire_all()
    assert doubtful.state == State.CANCELLED


def test_a_press_without_a_decision_decides_nothing(
    organizer: Visitor, session: Session, seminar: Seminar, doubtful: Registration
) -> None:
    target, fields = question(organizer, seminar).form(0)
    for decision in ("", "both", None):
        organizer.post(target, {**fields, **({} if decision is None else {"decision": decision})}, status=400)
    session.expire_all()
    assert doubtful.state == State.DUPLICATE


def test_without_a_place_somebody_else_keeps_waiting(
    organizer: Visitor, session: Session, seminar: Seminar, doubtful: Registration
) -> None:
    seminar.capacity = 1
    decide(organizer, seminar, "other")
    session.expire_all()
    assert doubtful.state == State.DUPLICATE
    with pytest.raises(SeminarFull):
        settle_duplicate(session, doubtful, is_other=True)


def test_the_list_stands_in_the_order_of_the_kazakh_alphabet(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    surnames = ["Ямал", "Іле", "Үсен", "Ұлан", "Әли", "Абай", "Һаким"]
    for place, surname in enumerate(surnames):
        registered(session, seminar, MARINA, surname=surname, phone=f"+7747555010{place}")
    listed = [each.split()[0] for each in rows(question(organizer, seminar))]
    assert listed == ["Абай", "Әли", "Ұлан", "Үсен", "Һаким", "Іле", "Ямал"]


def test_the_list_shows_how_to_reach_people_and_who_must_not_be_photographed(
    organizer: Visitor, stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    stranger.submit(ADDRESS, {**TYPED, "photo_consent": "y"})
    registered(session, seminar, MARINA)
    page = question(organizer, seminar)
    assert "8 701 555 01 01" in page.words
    badges = [each.get("class") for each in page.all("span") if "badge" in (each.get("class") or "")]
    assert [each for each in badges if each in ("badge good", "badge warn")] == ["badge good", "badge warn"]
