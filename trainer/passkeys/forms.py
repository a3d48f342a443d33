"""Form of a new passkey."""

from trainer.language.translate import lazy_gettext as _l
from trainer.web.forms import BaseForm, CleanField


class PasskeyForm(BaseForm):
    """The name of a passkey, by which its owner knows it again."""

    name = CleanField(_l("Name of the device"), required=True, max_length=60, render_kw={"autocomplete": "off"})
