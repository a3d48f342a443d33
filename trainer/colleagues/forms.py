"""Forms of colleagues and invitations."""

from flask_babel import LazyString
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from trainer.accounts.models import ProjectRole
from trainer.accounts.permissions import ACCOUNT_ROLES
from trainer.colleagues.wording import ROLE_HINTS, ROLE_NAMES
from trainer.language.translate import lazy_gettext as _l
from trainer.web.editing.conflicts import EditForm
from trainer.web.forms import BaseForm, CleanField, EmailField, TickField


def describe_role(role: ProjectRole) -> LazyString:
    """Return the name of a role and what it may do."""
    return LazyString(lambda: f"{ROLE_NAMES[role]}: {ROLE_HINTS[role]}")


ROLE_CHOICES = [SelectChoice(role.value, describe_role(role)) for role in ACCOUNT_ROLES]


class InvitationForm(BaseForm):
    """Whom to invite, and with which role."""

    name = CleanField(_l("Who is it for"), required=True, render_kw={"autocomplete": "off"})
    email = EmailField(
        _l("Email"), render_kw={"type": "email", "autocomplete": "off", "inputmode": "email"}
    )  # somebody else’s, which the browser does not know
    role = RadioField(_l("Role"), [InputRequired()], choices=ROLE_CHOICES, default=ProjectRole.ORGANIZER.value)


class ColleagueForm(EditForm):
    """Role of a colleague, and the seminars of an assistant."""

    role = RadioField(_l("Role"), [InputRequired()], choices=ROLE_CHOICES)
    seminars = TickField(_l("Seminars of the assistant"), coerce=int)


class NewAccountForm(BaseForm):
    """Account of somebody who follows an invitation."""

    name = CleanField(_l("Name"), required=True, render_kw={"autocomplete": "name"})
    email = EmailField(_l("Email"), required=True)
