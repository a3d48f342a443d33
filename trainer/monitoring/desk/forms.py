"""Forms of the plan's page: for which period and as of which day, and reporting periods."""

from datetime import date
from typing import Any

from wtforms import DateField, Field, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.monitoring.wording import PERIOD_KIND_NAMES
from trainer.web.editing.creation import CreationForm
from trainer.web.forms import BaseForm, CleanField, NumberField


class ScopeForm(BaseForm):
    """The period that figures are shown for, and the day as of which; read from the address, so it has no token."""

    class Meta:
        csrf = False

    start = DateField(_l("From"), [Optional()])
    end = DateField(_l("To"), [Optional()])
    as_of = DateField(_l("As of"), [Optional()])

    def validate_end(self, field: Field) -> None:
        """Reject a period that ends before it starts."""
        if field.data and self.start.data and field.data < self.start.data:
            raise ValidationError(_("The period ends before it starts."))


class FigureForm(CreationForm):
    """A figure that a person enters, with its proof."""

    unit = SelectField(_l("Target"))
    value = NumberField(_l("Figure"), [InputRequired(_l("Enter a whole number."))])
    valid_on = DateField(_l("As of"), [InputRequired(_l("Enter the day for which the figure is true."))])
    proof = SelectField(_l("Proof"), coerce=int)
    note = CleanField(_l("Note"), max_length=300)

    def validate_value(self, field: Field) -> None:
        """Reject a negative number."""
        if field.data is not None and field.data < 0:
            raise ValidationError(_("Enter a whole number."))

    def validate_valid_on(self, field: Field) -> None:
        """Reject a day to come."""
        if field.data and field.data > self.today:
            raise ValidationError(_("This day is still to come."))

    def __init__(self, today: date, **more: Any) -> None:
        super().__init__(**more)
        self.today = today


class PeriodForm(BaseForm):
    """A reporting period."""

    kind = SelectField(
        _l("Report"), choices=[SelectChoice(str(kind), name) for kind, name in PERIOD_KIND_NAMES.items()]
    )
    start = DateField(_l("From"), [InputRequired(_l("Enter the first day."))])
    end = DateField(_l("To"), [InputRequired(_l("Enter the last day."))])

    def validate_end(self, field: Field) -> None:
        """Reject a period that ends before it starts."""
        if self.start.data and field.data < self.start.data:
            raise ValidationError(_("The period ends before it starts."))
