"""Forms for a forgotten password."""

from trainer.language.translate import lazy_gettext as _l
from trainer.web.forms import BaseForm, EmailField


class ForgottenPasswordForm(BaseForm):
    """The address of an account whose password is forgotten."""

    email = EmailField(_l("Email"), required=True)
