"""Wording of scans of sign-in sheets."""

from trainer.attendance.sheets.recognition import UnreadableScanReason
from trainer.language.translate import lazy_gettext as _l

UNREADABLE_SCAN_MESSAGES = {
    UnreadableScanReason.EMPTY: _l("the file is empty."),
    UnreadableScanReason.TOO_LARGE: _l("the file is too large: at most 15 MB, and a picture of 25 megapixels."),
    UnreadableScanReason.HEIC: _l("photos in the HEIC format can't be read. Please save it as JPEG."),
    UnreadableScanReason.UNKNOWN_TYPE: _l("this is neither a photo (JPEG, PNG) nor a PDF."),
    UnreadableScanReason.DAMAGED: _l("the file is damaged and can't be opened, or it is locked by a password."),
    UnreadableScanReason.TOO_MANY_PAGES: _l("a PDF may have 30 pages at most."),
    UnreadableScanReason.SEVERAL_SHEETS: _l(
        "there are several sheets on one picture. Please photograph each page by itself."
    ),
    UnreadableScanReason.FOREIGN_CODE: _l("the code on it is not that of a sign-in sheet."),
}
