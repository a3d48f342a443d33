"""Form for uploading photos and scans of signed sheets, and the messages for files that can't be used."""

from flask_wtf.file import FileRequired, MultipleFileField

from trainer.attendance.sheets.recognition import UnreadableScanReason
from trainer.language.translate import lazy_gettext as _l
from trainer.web.forms import BaseForm


class ScanForm(BaseForm):
    """Upload of one or more photos or scans."""

    files = MultipleFileField(
        _l("Photos or scans of signed sheets"),
        [FileRequired(_l("Choose a file."))],
        render_kw={"accept": "image/jpeg,image/png,application/pdf"},
    )


UNREADABLE_SCAN_MESSAGES = {
    UnreadableScanReason.EMPTY: _l("the file is empty."),
    UnreadableScanReason.TOO_LARGE: _l("the file is too large: the limit is 15 MB, and 25 megapixels for a picture."),
    UnreadableScanReason.HEIC: _l("photos in the HEIC format can’t be read. Save the photo as JPEG."),
    UnreadableScanReason.UNKNOWN_TYPE: _l("this is neither a photo (JPEG, PNG) nor a PDF."),
    UnreadableScanReason.DAMAGED: _l("the file can’t be opened: it is damaged or protected by a password."),
    UnreadableScanReason.TOO_MANY_PAGES: _l("a PDF must have no more than 30 pages."),
    UnreadableScanReason.SEVERAL_SHEETS: _l("there are several sheets in one photo. Photograph each page separately."),
    UnreadableScanReason.FOREIGN_CODE: _l("its code is not from a sign-in sheet."),
}
