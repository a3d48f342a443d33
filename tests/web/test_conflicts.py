"""Of two people who edit the same values at once, nobody overwrites unseen what the other one saved."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from trainer.language.translated import Translated
from trainer.web.editing.conflicts import EditForm, FieldDifference
from trainer.web.forms import CleanField, TranslatedField

WORDS = ("", "a", "b", "c")
TEXT_FIELDS = ("name", "title-kk", "title-ru", "kind")


class HallForm(EditForm):
    """A form with one field of every sort."""

    name = CleanField("Name")
    title = TranslatedField("Title")
    kind = SelectField("Kind", choices=[SelectChoice(word, word.upper()) for word in WORDS])
    large = BooleanField("Large")


@dataclass
class Desk:
    """Stored values that several editors change through the form, without a database."""

    app: Flask
    stored: dict[str, Any] = field(
        default_factory=lambda: {"name": "a", "title": Translated(kk="a").to_mapping(), "kind": "a", "large": False}
    )

    def open(self) -> dict[str, str]:
        """Return what the browser sends if nothing is changed."""
        with self.app.test_request_context():
            form = HallForm(data=self.stored, meta={"csrf": False})
            form.track_changes(self.stored)
            return read_browser_form(form)

    def send(self, sent: dict[str, str]) -> tuple[bool, dict[str, str], tuple[FieldDifference, ...]]:
        """Return whether the form was saved, the form that the page shows, and the differences that it shows."""
        with self.app.test_request_context(method="POST", data=MultiDict(sent)):
            form = HallForm(data=self.stored, meta={"csrf": False})
            form.track_changes(self.stored, find_author=lambda: "Сәуле")
            is_saved = form.validate_on_submit()
            if is_saved:
                self.stored = {
                    "name": form.name.data,
                    "title": form.title.value.to_mapping(),
                    "kind": form.kind.data,
                    "large": form.large.data,
                }
            assert is_saved or form.status_code == 409 or "take" in sent
            return is_saved, read_browser_form(form), form.differences

    def flatten(self) -> dict[str, str]:
        """Return the stored values as the browser sends them."""
        return {name: self.open().get(name, "") for name in (*TEXT_FIELDS, "large")}


def read_browser_form(form: HallForm) -> dict[str, str]:
    """Return what a browser sends for the form."""
    titles = {f"title-{part.short_name}": part.data or "" for part in form.title.form}
    ticked = {"large": "y"} if form.large.data else {}
    plain = {"name": form.name.data or "", "kind": form.kind.data or "", **titles, **ticked}
    return {**plain, "seen": form.seen.data or "", "compared": form.compared.data or ""}


@pytest.fixture(scope="module")
def plain_app() -> Iterator[Flask]:
    """Yield an application without a database, with what forms need."""
    app = Flask("plain")
    app.secret_key = "secret"
    Babel(app)
    yield app


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("Aru", "Bek")),
        st.sampled_from(("open", "type", "type", "tick", "save", "save", "take")),
        st.sampled_from(TEXT_FIELDS),
        st.sampled_from(WORDS),
    ),
    max_size=40,
)


@given(STEPS)
def test_no_interleaving_of_two_editors_overwrites_a_value_that_the_later_one_was_not_shown(
    plain_app: Flask, steps: list[tuple[str, str, str, str]]
) -> None:
    desk = Desk(plain_app)
    forms = {"Aru": desk.open(), "Bek": desk.open()}
    shown = {editor: desk.flatten() for editor in forms}
    for editor, action, name, word in steps:
        form = forms[editor]
        if action == "open":
            forms[editor], shown[editor] = desk.open(), desk.flatten()
        elif action == "type":
            form[name] = word
        elif action == "tick":
            form.pop("large", None) if "large" in form else form.update(large="y")
        else:
            before = desk.flatten()
            sent = {**form, "take": name.partition("-")[0]} if action == "take" else form
            is_saved, forms[editor], differences = desk.send(sent)
            if is_saved:
                assert shown[editor] == before, "what is overwritten was the last thing shown"
                expected = {key: form.get(key, "") for key in before}
                assert desk.flatten() == expected, "what is saved is what was in the form"
                forms[editor], shown[editor] = desk.open(), desk.flatten()
            else:
                assert differences or shown[editor] == before, "the page says what has changed"
                check_differences(differences, form, before)
                shown[editor] = before


def check_differences(differences: tuple[FieldDifference, ...], typed: dict[str, str], stored: dict[str, str]) -> None:
    """Check that a page shows what was typed and what is stored."""
    for difference in differences:
        if difference.name == "name":
            assert difference.typed == [typed["name"]] * bool(typed["name"])
            assert difference.stored == [stored["name"]] * bool(stored["name"])


def test_a_field_that_was_left_alone_takes_the_stored_value_and_one_that_was_typed_stays(plain_app: Flask) -> None:
    desk = Desk(plain_app)
    first, second = desk.open(), desk.open()
    desk.send({**first, "name": "b", "title-ru": "b"})
    is_saved, shown, differences = desk.send({**second, "title-ru": "c", "kind": "c"})
    assert not is_saved
    assert (shown["name"], shown["title-ru"], shown["kind"]) == ("b", "c", "c")
    assert [(one.label, one.stored, one.is_taken) for one in differences] == [
        ("Name", ["b"], True),
        ("Title", ["Қазақша: a", "Русский: b"], False),
    ]
    assert desk.send(shown)[0]
    assert (desk.stored["name"], desk.stored["title"]["ru"], desk.stored["kind"]) == ("b", "c", "c")


def test_a_button_takes_the_stored_value_and_saves_nothing(plain_app: Flask) -> None:
    desk = Desk(plain_app)
    first, second = desk.open(), desk.open()
    desk.send({**first, "title-kk": "b"})
    shown = desk.send({**second, "title-kk": "c", "name": "c"})[1]
    is_saved, shown, differences = desk.send({**shown, "take": "title"})
    assert not is_saved
    assert (shown["title-kk"], shown["name"], [one.is_taken for one in differences]) == ("b", "c", [True])
    assert desk.send(shown)[0]


@pytest.mark.parametrize("seen", ["", "{", "[]", '"x"', '{"name": 1}', "null", "{}" * 3])
def test_a_form_whose_fingerprint_is_missing_or_damaged_overwrites_nothing_unseen(plain_app: Flask, seen: str) -> None:
    desk = Desk(plain_app)
    is_saved, shown, differences = desk.send({**desk.open(), "name": "b", "seen": seen})
    assert not is_saved
    assert "Name" in [one.label for one in differences]
    assert desk.send(shown)[0], "once the stored values were shown, it is meant"
