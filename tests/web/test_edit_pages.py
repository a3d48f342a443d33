"""Every page of the desk that edits stored values shows what somebody else has stored in the meantime."""

import pytest
from sqlalchemy.orm import Session

from tests.concurrency import run_concurrently
from tests.factories import register_person
from tests.visitor import Visitor
from trainer.seminars.models import Seminar

EDITS = {
    "seminar": ("/desk/seminars/1/edit", "title-ru", "hours"),
    "project": ("/desk/project/1", "grantee-ru", "contact_email"),
    "person": ("/desk/registrations/1", "workplace", "position"),
    "account": ("/desk/account", "name", "email"),
    "survey settings": ("/desk/seminars/1/surveys/1/decisions", "title-ru", "target"),
    "survey question": ("/desk/seminars/1/surveys/1/edit/question/overall", "text-ru", "text-kk"),
    "registration question": ("/desk/questions/1", "label-ru", "label-kk"),
}
OTHER_VALUES = {"hours": "31", "target": "31", "contact_email": "31@example.org", "email": "31@example.org"}


@pytest.fixture
def everything(organizer: Visitor, session: Session, seminar: Seminar) -> Visitor:
    """Return the organizer, with something stored behind every form."""
    register_person(session, seminar)
    organizer.submit("/desk/seminars/1/questions", {"label-kk": "Сұрақ", "label-ru": "Вопрос"}, form="add")
    organizer.submit(EDITS["survey settings"][0], {"anonymous": "no"})
    return organizer


@pytest.mark.parametrize("name", EDITS)
def test_nothing_is_overwritten_unseen(everything: Visitor, name: str) -> None:
    address, mine, theirs = EDITS[name]
    opened = everything.get(address).read_form()[1]
    other_value = OTHER_VALUES.get(theirs, "Тридцать один")
    everything.submit(address, {theirs: other_value, mine: "Раньше"})
    page = everything.post(address, {**opened, mine: "Позже"}, status=409)
    assert "Раньше" in page.words, "what is stored now stands beside what was typed"
    assert page.get_value(mine) == "Позже", "what was typed stays"
    assert everything.get(address).get_value(mine) == "Раньше", "and nothing is saved yet"
    shown = page.read_form()[1]
    if theirs.partition("-")[0] != mine.partition("-")[0]:
        assert shown[theirs] == other_value, "what was left alone is taken over"
    everything.post(address, shown)
    assert everything.get(address).get_value(mine) == "Позже", "once it was shown, it is meant"


@pytest.mark.parametrize("name", EDITS)
def test_of_two_who_save_at_the_same_moment_one_is_asked(everything: Visitor, name: str) -> None:
    address, mine, _theirs = EDITS[name]
    opened = everything.get(address).read_form()[1]
    everything.session.commit()

    def save(text: str) -> int:
        client = everything.client.application.test_client()
        with everything.client.session_transaction() as cookie, client.session_transaction() as own_cookie:
            own_cookie.update(cookie)
        return client.post(address, data={**opened, mine: text}).status_code

    assert sorted(run_concurrently(lambda: save("Первый"), lambda: save("Второй"))) == [303, 409]
