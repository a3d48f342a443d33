"""The form for the data of the organisation that runs a project."""

from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, Field
from wtforms.validators import Optional, Regexp, ValidationError

from certificates import EXAMPLE_PREFIX
from trainer.language.choice import get_page_language
from trainer.language.dates import format_long_date
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.projects.logos import prepare_logo
from trainer.projects.models import Project
from trainer.web.editing.conflicts import EditForm
from trainer.web.forms import CleanField, EmailField, PhoneField, TranslatedField
from trainer.web.pictures.decoding import DecodersBusy, ImageTooLarge, ImageUnreadable

SERIAL_PREFIX_PATTERN = r"^[ABCDEFGHJKMNPQRSTVWXYZ]{2,4}$"


class ProjectForm(EditForm):
    """What consent texts and certificates print about the organisation that runs the project."""

    grantee = TranslatedField(_l("Organisation name"), required=True)
    business_number = CleanField(
        _l("BIN"),
        [Regexp(r"^\d{12}$", message=_l("The BIN must have 12 digits."))],
        max_length=12,
        render_kw={"inputmode": "numeric"},
    )
    contact_phone = PhoneField(_l("Phone for participants"))
    contact_email = EmailField(_l("Email for participants"))
    serial_prefix = CleanField(
        _l("Certificate number prefix"),
        [Regexp(SERIAL_PREFIX_PATTERN, message=_l("Two to four capital Latin letters other than I, L, O and U."))],
        max_length=4,
        required=True,
    )

    report_accepted_on = DateField(_l("Project report accepted on"), [Optional()])
    logo = FileField(_l("Logo for the certificates (PNG or JPEG)"), render_kw={"accept": "image/png,image/jpeg"})
    no_logo = BooleanField(_l("No logo"))

    def validate_logo(self, field: Field) -> None:
        """Keep the file as it will be stored; reject one that certificates can't print."""
        if not field.data:
            return
        try:
            self.prepared_logo = prepare_logo(field.data.read())
        except ImageTooLarge as error:
            raise ValidationError(
                _("This image has too many pixels. Make it smaller: 2,000 by 2,000 is enough.")
            ) from error
        except ImageUnreadable as error:
            raise ValidationError(_("This file is not a PNG or JPEG image that can be printed.")) from error
        except DecodersBusy as error:
            raise ValidationError(_("Many pictures are being read at the moment. Save again in a minute.")) from error

    def validate_report_accepted_on(self, field: Field) -> None:
        """Reject a day within the project: what people asked to be erased is erased after it."""
        if field.data and self.project_end and field.data < self.project_end:
            raise ValidationError(
                _("The project ends later: %(day)s.", day=format_long_date(self.project_end, get_page_language()))
            )

    def validate_serial_prefix(self, field: Field) -> None:
        """Reserve the prefix EX for the example project, whose certificates are specimens."""
        if field.data == EXAMPLE_PREFIX and not self.is_example:
            raise ValidationError(_("EX is reserved for the example project."))

    is_example = False
    prepared_logo = b""
    stored_logo = ""
    project_end: date | None = None


def build_project_form_data(project: Project) -> dict[str, Any]:
    """Return the initial data of the form for a project; of the logo, which file is stored."""
    names = ("business_number", "contact_phone", "contact_email", "serial_prefix", "report_accepted_on")
    plain = {name: getattr(project, name) for name in names}
    return {**plain, "grantee": project.grantee.to_mapping(), "logo": project.logo_sha256}
