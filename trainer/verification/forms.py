"""The code as it is typed off the paper."""

from trainer.language.words import lazy_gettext as _l
from trainer.web.forms import CleanField, Form


class CodeForm(Form):
    """A code to check; looking changes nothing, so it needs no token."""

    class Meta:
        csrf = False

    code = CleanField(
        _l("Code on the certificate"),
        longest=60,
        required=True,
        render_kw={"autocapitalize": "characters", "autocomplete": "off"},
    )
