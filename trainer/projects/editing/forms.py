"""Forms for a project's plan: the project, tasks, activities, indicators and expected results."""

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import available_timezones

from wtforms import (
    DateField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.projects.guesses.figures import NUMBER, parse_number
from trainer.projects.plan_validation import MAX_NUMBER, MAX_PRINTED_LENGTH
from trainer.projects.wording import (
    AUDIENCE_CHOICES,
    COMPARATOR_NAMES,
    EVENT_TYPE_NAMES,
    EVIDENCE_NAMES,
    KIND_NAMES,
    PER_NAMES,
    SECTION_NAMES,
    UNIT_NAMES,
)
from trainer.web.editing.conflicts import EditForm
from trainer.web.editing.creation import generate_nonce
from trainer.web.forms import NumberField, TranslatedField

MAX_TARGETS = 4
KAZAKH_ZONES = (
    "Asia/Almaty",
    "Asia/Aqtau",
    "Asia/Aqtobe",
    "Asia/Atyrau",
    "Asia/Oral",
    "Asia/Qostanay",
    "Asia/Qyzylorda",
)


def build_word_choices(names: Mapping[str, Any], kept: str = "", blank: Any = None) -> list[SelectChoice]:
    """Return the choices of a field by their words; `kept` is offered too if it is a word that has no name here."""
    choices = [SelectChoice(word, name) for word, name in names.items()]
    if kept and kept not in names:
        choices.append(SelectChoice(kept, kept))
    return choices if blank is None else [SelectChoice("", blank), *choices]


def list_zone_choices(kept: str) -> list[SelectChoice]:
    """Return the time zones of Kazakhstan, and the one that is set; the others are known by their name only."""
    names = [*KAZAKH_ZONES, *([kept] if kept and kept not in KAZAKH_ZONES and kept in available_timezones() else [])]
    return [SelectChoice(name, name) for name in names]


class PlanItemForm(EditForm):
    """Form for an entry of a plan; the nonce keeps a new one from being created twice."""

    nonce = HiddenField(default=generate_nonce)


class ProjectFactsForm(PlanItemForm):
    """What a plan says of its project."""

    title = TranslatedField(_l("Project title"), required=True)
    grantee = TranslatedField(_l("Grantee: the organisation that runs the project"), required=True)
    grant_giver = TranslatedField(_l("Grant giver"), required=True)
    goal = TranslatedField(_l("Goal of the project"), max_length=2000, is_multiline=True)
    region = TranslatedField(_l("Region"))
    start = DateField(_l("Project starts"), [InputRequired()])
    end = DateField(_l("Project ends"), [InputRequired()])
    timezone = SelectField(_l("Time zone"), [InputRequired()])

    def set_zone(self, zone: str) -> None:
        """Offer the time zones and choose the given one, if nothing was submitted."""
        self.timezone.choices = [SelectChoice("", _("Choose")), *list_zone_choices(zone)]
        if not self.is_submitted():
            self.timezone.data = zone

    def validate_end(self, field: Field) -> None:
        """Reject a period that ends before it starts."""
        check_period_end(self, field)


def check_period_end(form: Any, field: Field) -> None:
    """Reject a period that ends before it starts."""
    if field.data and form.start.data and field.data < form.start.data:
        raise ValidationError(_("This is before the start."))


class TaskForm(PlanItemForm):
    """A task, or a section that the contract requires."""

    section = RadioField(_l("Kind of section"), choices=build_word_choices(SECTION_NAMES), default="task")
    title = TranslatedField(_l("Title"), max_length=2000, required=True, is_multiline=True)


class ActivityForm(PlanItemForm):
    """An activity of a task."""

    title = TranslatedField(_l("Title and short description"), max_length=2000, required=True, is_multiline=True)
    venue = TranslatedField(_l("Place"))
    start = DateField(_l("Starts"), [InputRequired()])
    end = DateField(_l("Ends"), [InputRequired()])
    event_type = SelectField(_l("Type of event"))
    event_count = NumberField(_l("Number of events"), [Optional(), NumberRange(min=1, max=1000)])
    audience = SelectField(_l("For whom"))
    sources = SelectMultipleField(_l("Its figures come from"))

    def set_word_choices(self, event_type: str, audience: str) -> None:
        """Offer types and audiences, and those that are set."""
        self.event_type.choices = build_word_choices(EVENT_TYPE_NAMES, event_type)
        self.audience.choices = build_word_choices(AUDIENCE_CHOICES, audience)

    def validate_end(self, field: Field) -> None:
        """Reject a period that ends before it starts."""
        check_period_end(self, field)


class FigureField(StringField):  # type: ignore[misc]
    """A planned number, as people type it: «30 000» or «2,5»."""

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)[:40]

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist or [""])[0].strip()
        self.data: Any = text or None
        if text and NUMBER.fullmatch(text) and parse_number(text) <= MAX_NUMBER:
            self.data = parse_number(text)
        elif text:
            raise ValueError(_("Enter a number, such as 30 000."))


class TargetForm(PlainForm):  # type: ignore[misc]
    """One planned figure of an indicator: how it is meant, number, unit, and what it counts for."""

    comparator = SelectField(_l("How it is meant"), choices=build_word_choices(COMPARATOR_NAMES), default="exactly")
    value = FigureField(_l("Planned number"))
    unit = SelectField(_l("Unit"), validate_choice=False)
    per = SelectField(_l("Applies to"), choices=build_word_choices(PER_NAMES), default="project")

    def validate(self, extra_validators: Any = None) -> bool:
        """Return whether the row is empty, or has a number and a unit."""
        valid = bool(super().validate(extra_validators))
        if valid and self.value.data is not None and not self.unit.data:
            self.unit.errors = [_("Choose what is counted.")]
            return False
        if valid and not 0 < len(self.unit.data or "-") <= 40:
            return False
        return valid


class IndicatorForm(PlanItemForm):
    """An indicator of an activity, or a figure of the social impact."""

    name = TranslatedField(_l("Indicator"), max_length=1000, required=True)
    planned_text = TranslatedField(_l("Planned value in words"), max_length=MAX_PRINTED_LENGTH)
    kind = SelectField(_l("What it is"))
    targets = FieldList(FormField(TargetForm), _l("Planned figure"))
    evidence = SelectField(_l("How it is proved"), choices=build_word_choices(EVIDENCE_NAMES))

    def set_word_choices(self, kind: str) -> None:
        """Offer kinds and units, and those that are set."""
        self.kind.choices = build_word_choices(KIND_NAMES, kind, _("Choose"))
        for row in self.targets:
            row.form.unit.choices = build_word_choices(UNIT_NAMES, row.form.unit.data or "", _("Choose"))

    def add_empty_target(self) -> None:
        """Offer a row for one more figure."""
        if len(self.targets) < MAX_TARGETS:
            self.targets.append_entry()

    def validate_kind(self, field: Field) -> None:
        """Require a kind: it decides how the indicator is counted."""
        if not field.data:
            raise ValidationError(_("Choose what this indicator is."))

    def validate_targets(self, field: Field) -> None:
        """Require a figure."""
        if len(field.entries) > MAX_TARGETS or not any(row.form.value.data is not None for row in field):
            raise ValidationError(_("Enter at least one planned number."))

    def list_targets(self, stored: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return the targets that were entered; further remarks of a stored target stay with its row."""
        remarks = [dict(target) for target in stored]
        targets = []
        for index, row in enumerate(self.targets):
            if row.form.value.data is None:
                continue
            kept = remarks[index] if index < len(remarks) else {}
            if kept.get("proof") == row.form.unit.data:
                kept.pop("proof")
            targets.append({**kept, **{name: row.form[name].data for name in ("comparator", "value", "unit", "per")}})
        return targets


class ExpectedResultForm(PlanItemForm):
    """A result that the contract expects, and what shows it."""

    text = TranslatedField(_l("Expected result"), max_length=3000, required=True, is_multiline=True)
    linked = SelectMultipleField(_l("Shown by"))
