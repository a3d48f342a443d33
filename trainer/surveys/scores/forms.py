"""The form in which the organizer enters test scores."""

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField
from wtforms.validators import NumberRange, Optional

from trainer.registration.models import Registration
from trainer.web.forms import BaseForm, NumberField


class TestResultsForm(BaseForm):
    """Percent right for each participant; an empty field takes a result back."""

    @property
    def changed_percents(self) -> dict[int, int | None]:
        """Give what was changed, by registration: a result that came meanwhile is not undone by a field that nobody touched."""
        entered = {int(name[8:]): field.data for name, field in self._fields.items() if name.startswith("percent_")}
        return {
            id: percent for id, percent in entered.items() if format_seen_percent(percent) != self[f"seen_{id}"].data
        }

    @property
    def seen_fields(self) -> list[HiddenField]:
        """Give the fields that hold what was shown."""
        return [field for name, field in self._fields.items() if name.startswith("seen_")]

    def get_percent_field(self, registration: Registration) -> NumberField:
        """Give the field of a participant."""
        field: NumberField = self[f"percent_{registration.id}"]
        return field


def build_test_results_form(registrations: list[Registration]) -> type[TestResultsForm]:
    """Make the form for these participants."""
    percents = {
        f"percent_{each.id}": NumberField(each.person.full_name, [Optional(), NumberRange(0, 100)])
        for each in registrations
    }
    return type(
        "TestResults", (TestResultsForm,), percents | {f"seen_{each.id}": HiddenField() for each in registrations}
    )


def build_test_results_data(registrations: list[Registration], known_percents: Mapping[int, int]) -> dict[str, Any]:
    """Give what the form shows of the results that are known."""
    shown = {f"percent_{each.id}": known_percents.get(each.id) for each in registrations}
    return shown | {f"seen_{each.id}": format_seen_percent(known_percents.get(each.id)) for each in registrations}


def format_seen_percent(percent: int | None) -> str:
    """Write a result as the form says that it was shown."""
    return "" if percent is None else str(percent)
