"""The form in which an organizer describes a seminar and its sessions."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    Field,
    FieldList,
    FormField,
    RadioField,
    SelectField,
    TimeField,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp, ValidationError

from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.seminars.models import COMPLETED, CertificateKind
from trainer.seminars.wording import (
    AUDIENCES,
    CERTIFICATE_KINDS,
    DESIGNS,
    FORMATS,
    KINDS,
    reserved_in_heading,
    reserved_in_name,
    reserved_word,
)
from trainer.web.forms import CleanField, EditForm, NumberField, TranslatedField, Validator

MOST_SESSIONS = 40
WEB_ADDRESS = r"^https://[^\s/@]+\.[^\s/@]+(/\S*)?$"


def choices(names: dict[Any, Any]) -> list[SelectChoice]:
    """Offer the names of a table of words."""
    return [SelectChoice(str(value), name) for value, name in names.items()]


class SessionForm(PlainForm):  # type: ignore[misc]
    """A session: its day, and when it begins and ends on the project's clock."""

    title = TranslatedField(_l("Topic"), longest=200)
    day = DateField(_l("Day"), [Optional()])
    begins = TimeField(_l("Begins"), [Optional()])
    ends = TimeField(_l("Ends"), [Optional()])
    session_id = NumberField(validators=[Optional()])
    remove = BooleanField(_l("Remove this session"))

    @property
    def blank(self) -> bool:
        """Whether nothing was filled in."""
        return not (self.day.data or self.begins.data or self.ends.data or self.title.value or self.session_id.data)

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if self.blank or self.remove.data:
            return True
        for field in (self.day, self.begins, self.ends):
            if field.data is None:
                field.errors = [_("This field is needed.")]
                return False
        if self.ends.data <= self.begins.data:
            self.ends.errors = [_("A session ends after it begins.")]
            return False
        return True

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Begin and end in the zone."""
        return (
            datetime.combine(self.day.data, self.begins.data, zone),
            datetime.combine(self.day.data, self.ends.data, zone),
        )


def free_of(reserved: Callable[[str], str]) -> Validator:
    """Refuse words on the certificate that belong to accredited organisations; `reserved` finds them."""

    def check(_form: Any, field: Field) -> None:
        word = reserved(field.data or "")
        if word:
            raise ValidationError(_("Only accredited organisations may write “%(word)s” on a certificate.", word=word))

    return check


class SignatoryForm(PlainForm):  # type: ignore[misc]
    """Somebody who signs the certificate."""

    name = CleanField(_l("Name"), longest=120)
    position = TranslatedField(_l("Position"), longest=160, checks=[free_of(reserved_in_name)])


class SeminarForm(EditForm):
    """Everything that is decided about a seminar before it is held."""

    activity_id = SelectField(_l("Activity of the plan"), coerce=int)
    title = TranslatedField(_l("Title"), longest=240, required=True, checks=[free_of(reserved_word)])
    description = TranslatedField(_l("Description"), longest=2000, area=True)
    kind = RadioField(_l("Kind"), [InputRequired()], choices=choices(KINDS), default="seminar")
    format = RadioField(_l("Format"), [InputRequired()], choices=choices(FORMATS), default="offline")
    audience = SelectField(_l("For whom"), choices=choices(AUDIENCES), validate_choice=False)
    city = TranslatedField(_l("City or region"), longest=120, checks=[free_of(reserved_word)])
    venue = TranslatedField(_l("Venue and address"), longest=240)
    map_url = CleanField(
        _l("Address of the place on a map"),
        [Regexp(WEB_ADDRESS, message=_l("An address of a page begins with https://"))],
        longest=500,
        render_kw={"type": "url", "inputmode": "url"},
    )
    access = TranslatedField(_l("Accessibility"), longest=600, area=True)
    trainers = CleanField(_l("Trainers"), longest=400)
    capacity = NumberField(_l("Places"), [InputRequired(), NumberRange(1, 100_000)])
    closes = DateTimeLocalField(_l("Registration closes"), [Optional()])
    needs_approval = BooleanField(_l("The organizer approves every registration"))
    has_waiting_list = BooleanField(_l("When all places are taken, people join a waiting list"), default=True)
    offer_hours = NumberField(
        _l("A place that becomes free is kept for, hours"), [InputRequired(), NumberRange(1, 240)], default=24
    )
    change_hours = NumberField(
        _l("Trainees change and cancel by themselves until, hours before the beginning"),
        [InputRequired(), NumberRange(0, 720)],
        default=0,
    )
    sessions = FieldList(FormField(SessionForm), label=_l("Sessions"), max_entries=MOST_SESSIONS)
    has_survey = BooleanField(_l("Trainees answer a satisfaction survey"), default=True)
    has_certificate = BooleanField(_l("Trainees receive a certificate"), default=True)
    share_required = NumberField(
        _l("Share of sessions to attend, percent"), [InputRequired(), NumberRange(0, 100)], default=75
    )
    hours = NumberField(_l("Academic hours"), [InputRequired(), NumberRange(1, 1000)], default=8)
    certificate_kind = RadioField(
        _l("The certificate is for"), [InputRequired()], choices=choices(CERTIFICATE_KINDS), default="participation"
    )
    survey_required = BooleanField(_l("The certificate asks for the answered survey"), default=True)
    pass_mark = NumberField(_l("Test: percent right that the certificate asks for"), [Optional(), NumberRange(1, 100)])
    valid_months = NumberField(_l("The certificate is valid for, months"), [Optional(), NumberRange(1, 600)])
    certificate_heading = TranslatedField(
        _l("Heading of the certificate"), longest=40, checks=[free_of(reserved_in_heading)]
    )
    co_issuer = TranslatedField(
        _l("Issued together with (second organisation)"), longest=240, checks=[free_of(reserved_in_name)]
    )
    design = RadioField(_l("Design"), [InputRequired()], choices=choices(DESIGNS), default="standard")
    signatories = FieldList(FormField(SignatoryForm), label=_l("Signatories"), min_entries=3, max_entries=3)

    def validate_certificate_kind(self, field: Field) -> None:
        """Let only what has an end that one gets through be completed."""
        if field.data == CertificateKind.COMPLETION and self.kind.data not in COMPLETED:
            raise ValidationError(_("Only a seminar or a course can be completed. Please choose participation."))

    def validate_sessions(self, field: Field) -> None:
        """Ask for one session at least."""
        if not any(not entry.form.blank and not entry.form.remove.data for entry in field):
            raise ValidationError(_("Please add one session at least."))

    def add_rows(self, count: int = 2) -> None:
        """Leave empty rows for further sessions."""
        for _row in range(min(count, MOST_SESSIONS - len(self.sessions))):
            self.sessions.append_entry()
