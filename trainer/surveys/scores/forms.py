"""The form in which the organizer enters test scores."""

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField
from wtforms.validators import NumberRange, Optional

from trainer.registration.models import Registration
from trainer.web.forms import BaseForm, NumberField


class TestScoresForm(BaseForm):
    """A percentage for each participant; an empty field deletes the score."""

    @property
    def changed_percents(self) -> dict[int, int | None]:
        """Return the changed percentages by registration id; None deletes the score.

        A field that was not edited is left out, so that a score recorded since the page was opened is not overwritten.
        """
        entered = {int(name[8:]): field.data for name, field in self._fields.items() if name.startswith("percent_")}
        return {
            registration_id: percent
            for registration_id, percent in entered.items()
            if format_seen_percent(percent) != self[f"seen_{registration_id}"].data
        }

    @property
    def seen_fields(self) -> list[HiddenField]:
        """Return the hidden fields that hold the values shown when the page was opened."""
        return [field for name, field in self._fields.items() if name.startswith("seen_")]

    def get_percent_field(self, registration: Registration) -> NumberField:
        """Return the field of a participant."""
        field: NumberField = self[f"percent_{registration.id}"]
        return field


def build_test_scores_form(registrations: list[Registration]) -> type[TestScoresForm]:
    """Return a form class with a percentage field and a hidden field for each registration."""
    percents = {
        f"percent_{registration.id}": NumberField(registration.person.full_name, [Optional(), NumberRange(0, 100)])
        for registration in registrations
    }
    return type(
        "TestScores",
        (TestScoresForm,),
        percents | {f"seen_{registration.id}": HiddenField() for registration in registrations},
    )


def build_test_scores_data(registrations: list[Registration], known_percents: Mapping[int, int]) -> dict[str, Any]:
    """Return the initial data of the form from percentages by registration id."""
    percents = {f"percent_{registration.id}": known_percents.get(registration.id) for registration in registrations}
    return percents | {
        f"seen_{registration.id}": format_seen_percent(known_percents.get(registration.id))
        for registration in registrations
    }


def format_seen_percent(percent: int | None) -> str:
    """Return a percentage as the hidden field holds it; empty for None."""
    return "" if percent is None else str(percent)
