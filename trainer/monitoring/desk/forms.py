"""Forms of the plan's page: for which period and as of which day, and reporting periods."""

from wtforms import DateField, Field, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.monitoring.wording import PERIOD_KIND_NAMES
from trainer.web.forms import BaseForm


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
