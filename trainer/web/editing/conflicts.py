"""Forms that edit stored values: of two people who edit at once, nobody overwrites what the other one saved unseen.

A form carries a fingerprint of every value that it was opened with. If other values are stored when it is submitted, nothing
is saved: the page is shown again with what was typed and, field by field, what is stored by now. Fields that the person had
left alone take the stored value over; for the others the person keeps what was typed, or takes the stored value by a button.
The form is always what the next submission saves, unless somebody has changed the values once more.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask import request
from sqlalchemy.orm import Session
from wtforms import Field, FileField, HiddenField

from trainer.fingerprint import compute_fingerprint
from trainer.web.editing.descriptions import describe_field
from trainer.web.forms import BaseForm, PhoneField
from trainer.web.phones import PhoneInvalid, normalise_phone

FINGERPRINT_LENGTH = 10  # hex digits; it only has to tell changes apart that happen by chance
TAKE_BUTTON = "take"


@dataclass(frozen=True)
class FieldDifference:
    """A field whose stored value is another one than the form was opened with."""

    name: str
    label: str
    typed: list[str]
    stored: list[str]
    is_taken: bool
    """Whether the form holds the stored value."""


class EditForm(BaseForm):
    """Form that edits stored values; its template renders `outdated_notice` and `form.seen`, `form.compared` in the form."""

    seen = HiddenField()
    compared = HiddenField()
    is_outdated = False
    differences: tuple[FieldDifference, ...] = ()
    changed_by = ""

    @property
    def status_code(self) -> int:
        """Return the status of a page that shows the form: 422 with errors, 409 where somebody has changed the values."""
        return 422 if self.errors else 409 if self.is_outdated else 200

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Return whether the form was submitted to be saved, is valid, and nobody has changed the values unseen."""
        if self.is_outdated or TAKE_BUTTON in request.form:
            return False
        return super().validate_on_submit(extra_validators)

    def track_changes(self, stored_values: Mapping[str, Any], find_author: Callable[[], str] = str) -> None:
        """Compare the values that are stored, by field name, with those that the form was opened with.

        Call it in every request, before validation; `lock_for_edit` has to come before reading the values. `find_author`
        returns who changed them last and when, or nothing; it is called only if somebody did.
        """
        stored = self.build_stored_form(stored_values)
        state = compute_state(stored, {name: value for name, value in stored_values.items() if name in self})
        if not self.is_submitted():
            self.seen.data, self.compared.data = json.dumps(state), ""
            return
        seen, compared = parse_state(self.seen.data), parse_state(self.compared.data)
        self.is_outdated = state != (compared or seen)
        self.changed_by = find_author() if self.is_outdated else ""
        changed = [name for name in state if seen.get(name) != state[name]]
        typed = {name: describe_field(self[name]) for name in changed}
        if self.is_outdated:
            self.compared.data = json.dumps(state)
            for name in changed:
                if fingerprint_field(self[name]) == seen.get(name):
                    self.take_stored_value(name, stored_values)
        if request.form.get(TAKE_BUTTON) in changed:
            self.take_stored_value(request.form[TAKE_BUTTON], stored_values)
        if self.compared.data:
            self.differences = tuple(
                FieldDifference(
                    name,
                    str(self[name].label.text),
                    typed[name],
                    describe_field(stored[name]),
                    is_taken=fingerprint_field(self[name], stored_values[name]) == state[name],
                )
                for name in changed
            )

    def describe_state(self, stored_values: Mapping[str, Any]) -> str:
        """Return the value of `seen` for a form that was opened with the stored values."""
        return json.dumps(compute_state(self.build_stored_form(stored_values), stored_values))

    def build_stored_form(self, stored_values: Mapping[str, Any]) -> "EditForm":
        """Return a form of the same class with the stored values, to compare and to describe them."""
        stored = type(self)(formdata=None, data=stored_values, meta={"csrf": False})
        for field in stored:
            if getattr(field, "choices", None) is not None or hasattr(self[field.name], "iter_choices"):
                field.choices = self[field.name].choices
        return stored

    def take_stored_value(self, name: str, stored_values: Mapping[str, Any]) -> None:
        """Put the stored value of a field into the form."""
        self[name].raw_data = None  # which numbers and dates would show again
        self[name].process(None, stored_values[name])


class SeparateValuesForm(EditForm):
    """Form whose fields are values of their own, such as the scores of different people: only the edited ones are saved.

    So another person's change of a value that was left alone is no reason to ask; the field takes it over.
    """

    edited_names: frozenset[str] = frozenset()

    def track_changes(self, stored_values: Mapping[str, Any], find_author: Callable[[], str] = str) -> None:
        """Compare the values that were edited, as `EditForm` does, and take over the others."""
        if not self.is_submitted():
            super().track_changes(stored_values, find_author)
            return
        seen, compared = parse_state(self.seen.data), parse_state(self.compared.data)
        known = compared or seen
        names = [name for name in stored_values if name in self]
        is_edited = {
            name: is_unreadable(self[name]) or fingerprint_field(self[name]) != known.get(name) for name in names
        }
        self.edited_names = frozenset(name for name in names if is_edited[name])
        for name in names:
            if not is_edited[name]:
                self.take_stored_value(name, stored_values)
        self.seen.data, self.compared.data = (
            json.dumps({name: state[name] for name in self.edited_names & set(state)}) if state else ""
            for state in (seen, compared)
        )
        super().track_changes({name: stored_values[name] for name in self.edited_names}, find_author)
        state = compute_state(self.build_stored_form(stored_values), stored_values)
        self.seen.data = json.dumps({**state, **parse_state(self.seen.data)})
        if self.compared.data:
            self.compared.data = json.dumps({**state, **parse_state(self.compared.data)})


def lock_for_edit(session: Session, row: Any) -> None:
    """In a request that saves, lock a row until the end of the transaction and read it anew.

    So of two people who save at the same moment, the later one is compared with what the earlier one saved.
    """
    if request.method == "POST":
        session.refresh(row, with_for_update={"of": type(row)})


def is_unreadable(field: Field) -> bool:
    """Return whether something was typed into a field that it can't read, such as letters into a number."""
    return bool(field.process_errors) and any(str(text).strip() for text in field.raw_data or ())


def compute_state(stored: EditForm, stored_values: Mapping[str, Any]) -> dict[str, str]:
    """Return the fingerprints of stored values by field name, for the fields that the form has."""
    return {name: fingerprint_field(stored[name], value) for name, value in stored_values.items() if name in stored}


def parse_state(text: str | None) -> dict[str, str]:
    """Return the fingerprints of a hidden field by field name; empty if there is none or it can't be read."""
    try:
        state = json.loads(text or "{}")
    except ValueError:
        return {}
    return state if isinstance(state, dict) else {}


def fingerprint_field(field: Field, stored_file: Any = None) -> str:
    """Return the fingerprint of what a field holds; of an upload, of the stored file unless another one is sent."""
    value: Any = field.data
    if isinstance(field, FileField):
        value = "a new file" if getattr(value, "filename", "") else stored_file
    elif isinstance(field, PhoneField):
        value = normalise_if_possible(value)
    return compute_fingerprint(simplify_value(value), FINGERPRINT_LENGTH)


def normalise_if_possible(typed_phone: str | None) -> str:
    """Return a phone number in E.164, or as it was typed if it is none."""
    try:
        return normalise_phone(typed_phone or "")
    except PhoneInvalid:
        return typed_phone or ""


def simplify_value(value: Any) -> Any:
    """Return a value as JSON can hold it, without what a form can't tell from nothing: empty texts, rows and unticked boxes."""
    if isinstance(value, Mapping):
        parts = {str(name): simplify_value(part) for name, part in value.items()}
        return {name: part for name, part in parts.items() if part is not None} or None
    if isinstance(value, list | tuple):
        return [part for part in map(simplify_value, value) if part is not None] or None
    if isinstance(value, datetime | time):
        return value.replace(second=0, microsecond=0).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if value is None or value is False or value == "":
        return None
    return str(value)
