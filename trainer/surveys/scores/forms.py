"""The form in which the organizer enters test scores."""

from collections.abc import Mapping, Sequence

from wtforms.validators import NumberRange, Optional

from trainer.registration.models import Registration
from trainer.web.editing.conflicts import SeparateValuesForm
from trainer.web.forms import NumberField


class TestScoresForm(SeparateValuesForm):
    """A percentage for each participant; an empty field deletes the score."""

    @property
    def edited_percents(self) -> dict[int, int | None]:
        """Return the percentages that were edited by registration id; None deletes the score."""
        return {int(name.removeprefix("percent_")): self[name].data for name in self.edited_names}

    def get_percent_field(self, registration: Registration) -> NumberField:
        """Return the field of a participant."""
        field: NumberField = self[f"percent_{registration.id}"]
        return field


def build_test_scores_form(registrations: Sequence[Registration]) -> type[TestScoresForm]:
    """Return a form class with a percentage field for each registration."""
    percents = {
        f"percent_{registration.id}": NumberField(registration.person.full_name, [Optional(), NumberRange(0, 100)])
        for registration in registrations
    }
    return type("TestScores", (TestScoresForm,), percents)


def build_test_scores_data(
    registrations: Sequence[Registration], known_percents: Mapping[int, int]
) -> dict[str, int | None]:
    """Return the stored values of the form from percentages by registration id."""
    return {f"percent_{registration.id}": known_percents.get(registration.id) for registration in registrations}
