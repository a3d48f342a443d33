"""The form that chooses documents of a seminar for one download."""

from collections.abc import Sequence
from typing import Any

from wtforms import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from trainer.attendance.lists.forms import ParticipantListForm
from trainer.desk.documents.archive import SeminarDocument
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.seminars.models import Seminar
from trainer.web.forms import TickField

DOCUMENT_LABELS = {
    SeminarDocument.PROGRAMME: _l("Programme"),
    SeminarDocument.LISTS: _l("Lists of participants"),
    SeminarDocument.SURVEYS: _l("Survey reports"),
    SeminarDocument.CERTIFICATES: _l("Certificates"),
}


class DocumentsForm(ParticipantListForm):
    """The documents to download, and how the lists of participants among them look. Sent by GET."""

    document = TickField(
        _l("Documents"), [DataRequired(_l("Choose at least one document."))], coerce=SeminarDocument, id="documents"
    )
    day = TickField(_l("Day"))

    def validate_day(self, field: Any) -> None:
        """Require a day if lists are chosen: there is one for each day."""
        if SeminarDocument.LISTS in (self.document.data or []) and not field.data:
            raise ValidationError(_("Choose at least one day."))


def set_document_choices(form: DocumentsForm, seminar: Seminar, offered: Sequence[SeminarDocument]) -> None:
    """Offer these documents and every day of the seminar."""
    form.document.choices = [SelectChoice(str(document), DOCUMENT_LABELS[document]) for document in offered]
    form.set_days(seminar)
