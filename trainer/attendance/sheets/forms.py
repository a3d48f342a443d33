"""Form for uploading photos and scans of signed sheets."""

from flask_wtf.file import FileRequired, MultipleFileField

from trainer.language.translate import lazy_gettext as _l
from trainer.web.forms import BaseForm


class ScanForm(BaseForm):
    """Upload of one or more photos or scans."""

    files = MultipleFileField(
        _l("Photos or scans of signed sheets"),
        [FileRequired(_l("Choose a file."))],
        render_kw={"accept": "image/jpeg,image/png,application/pdf"},
    )
