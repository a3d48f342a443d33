"""Names of a person as printed, sorted and compared."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOON
from tests.language.names import SORTED
from trainer.people.models import Person
from trainer.people.spelling import PersonName, fold_name


def build_named_person(surname: str, given_name: str = "", patronymic: str = "", **more: str) -> Person:
    """Return a person with this name."""
    fields = {"phone": "+77015550101", "language": "kk", "email": "", "workplace": "", "position": "", **more}
    return Person(surname=surname, given_name=given_name, patronymic=patronymic, created_at=NOON, **fields)


def test_the_full_name_is_surname_given_name_patronymic() -> None:
    assert build_named_person("Өтегенова", "Айгүл", "Маратқызы").full_name == "Өтегенова Айгүл Маратқызы"
    assert build_named_person("Ким", "Лев").full_name == "Ким Лев"


def test_every_database_lists_people_in_the_order_of_the_kazakh_alphabet(session: Session) -> None:
    session.add_all(build_named_person(name) for name in reversed(SORTED))
    session.commit()
    assert [person.surname for person in session.scalars(select(Person).order_by(Person.sort_key))] == SORTED


def test_the_given_name_decides_between_equal_surnames(session: Session) -> None:
    session.add_all(
        [
            build_named_person("Ахметов", "Ярослав"),
            build_named_person("Ахметов", "Әли"),
            build_named_person("Ахметов", "Абай"),
        ]
    )
    session.commit()
    listed = session.scalars(select(Person).order_by(Person.sort_key))
    assert [person.given_name for person in listed] == ["Абай", "Әли", "Ярослав"]


def test_a_corrected_name_is_found_and_sorted_by_its_new_spelling(session: Session) -> None:
    fields = build_named_person("Утегенова", "Айгуль")
    before = fields.sort_key
    fields.surname = "Өтегенова"
    assert fields.sort_key != before
    assert fields.folded_name == fold_name(PersonName("Отегенова", "АЙГУЛЬ")).key


def test_the_keys_do_not_depend_on_which_part_was_set_first() -> None:
    first, second = Person(), Person()
    first.surname, first.given_name, first.patronymic = "Әли", "Ұлан", "Һамзаұлы"
    second.patronymic, second.given_name, second.surname = "Һамзаұлы", "Ұлан", "Әли"
    assert (first.sort_key, first.folded_name) == (second.sort_key, second.folded_name)


def test_the_longest_names_fit_into_the_tables(session: Session) -> None:
    longest = build_named_person("Ә" * 80, "ё" * 80, "Ñ" * 80, workplace="ж" * 200, position="л" * 200, email="a" * 254)
    session.add(longest)
    session.commit()
    session.expire_all()
    assert longest.full_name == f"{'Ә' * 80} {'ё' * 80} {'Ñ' * 80}"
