"""Forms of issuing: a written exception, a revocation, and how a holder's name prints."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from trainer.issuing.revocation.revocation import REVOCATION_REASONS
from trainer.issuing.wording import INVALIDATION_REASONS
from trainer.language.translate import lazy_gettext as _l
from trainer.web.forms import BaseForm, CleanField, validate_name_letters


class ExceptionForm(BaseForm):
    """Why somebody receives the certificate although something is missing."""

    reason = CleanField(_l("Why this person receives the certificate all the same"), max_length=500, required=True)


class RevocationForm(BaseForm):
    """Why a certificate is revoked: a class for everybody, words for organizers."""

    reason = RadioField(
        _l("Reason, shown to everybody who checks the certificate"),
        [InputRequired()],
        choices=[SelectChoice(each, INVALIDATION_REASONS[each]) for each in REVOCATION_REASONS],
    )
    note = CleanField(_l("Note for organizers"), max_length=500, required=True)


class NameForm(BaseForm):
    """How the name prints."""

    name = CleanField(
        _l("Name, as the certificate prints it"),
        [validate_name_letters],
        max_length=120,
        required=True,
        render_kw={"autocomplete": "name"},
    )


class CorrectionForm(NameForm):
    """Another spelling of the name on an issued certificate."""

    note = CleanField(_l("What is wrong now (if you like to explain)"), max_length=500)
