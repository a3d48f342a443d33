"""Forms for confirming and correcting the name on a certificate."""

from trainer.language.translate import lazy_gettext as _l
from trainer.web.forms import BaseForm, CleanField, validate_name_letters


class NameForm(BaseForm):
    """Name as it will be printed."""

    name = CleanField(
        _l("Name as it will be printed on the certificate"),
        [validate_name_letters],
        max_length=120,
        required=True,
        render_kw={"autocomplete": "name"},
    )


class CorrectionForm(NameForm):
    """Requested spelling of the name on an issued certificate."""

    note = CleanField(_l("What is wrong (optional)"), max_length=500)
