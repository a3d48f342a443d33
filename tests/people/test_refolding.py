"""The migration that folds the names of everybody anew, and back."""

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, YERLAN
from trainer.people.erasure import anonymise_person
from trainer.people.models import Person
from trainer.registration.seats.applicant import build_person
from trainer.schema import downgrade_schema, upgrade_schema


def list_keys(session: Session) -> list[tuple[str, str]]:
    """Return the folded name and the search text of everybody, and end the transaction."""
    keys = [
        (row[0], row[1]) for row in session.execute(select(Person.folded_name, Person.search_text).order_by(Person.id))
    ]
    session.commit()
    return keys


def test_everybody_is_folded_anew_and_the_erased_stay_erased(app: Flask, session: Session) -> None:
    people = [build_person(applicant, NOON) for applicant in (AIGUL, YERLAN, MARINA)]
    people += [build_person(YERLAN, NOON) for _each in range(600)]
    session.add_all(people)
    anonymise_person(people[2], NOON)
    session.commit()
    before = list_keys(session)
    with app.app_context():
        try:
            downgrade_schema("0011")
            old = list_keys(session)
        finally:
            upgrade_schema()
    assert old[0] == (
        "отегенова аигул",
        "отегенова аигул мараткызы облыстык аурухана меииргер +77015550101 aigul@example.org",
    )
    assert old[2][0] == before[2][0] == ""
    assert list_keys(session) == before
    for text in (old[2][1], before[2][1]):
        assert not any(word in text for word in ("соколова", "марина", "7705", "поликлиника"))
