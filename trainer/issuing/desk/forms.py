"""Forms of the organizer's certificate pages."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from trainer.issuing.revocation.revocation import REVOCATION_REASONS
from trainer.issuing.wording import INVALIDATION_REASONS
from trainer.language.translate import lazy_gettext as _l
from trainer.web.forms import BaseForm, CleanField


class ExceptionForm(BaseForm):
    """Reason for an exception."""

    reason = CleanField(_l("Why the certificate is issued anyway"), max_length=500, required=True)


class RevocationForm(BaseForm):
    """Reason for a revocation: a public category and an internal note."""

    reason = RadioField(
        _l("Reason, shown to anyone who checks the certificate"),
        [InputRequired()],
        choices=[SelectChoice(reason, INVALIDATION_REASONS[reason]) for reason in REVOCATION_REASONS],
    )
    note = CleanField(_l("Note for organisers"), max_length=500, required=True)
