"""The form for a seminar, its sessions and its certificate."""

from collections.abc import Callable
from datetime import datetime, timedelta
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
from trainer.language.translated import Translated
from trainer.seminars.description.agenda import AgendaItem
from trainer.seminars.models import COMPLETABLE_KINDS, CertificateKind
from trainer.seminars.wording import (
    AUDIENCE_NAMES,
    AVAILABLE_DESIGN_NAMES,
    CERTIFICATE_KIND_NAMES,
    SEMINAR_FORMAT_NAMES,
    SEMINAR_KIND_NAMES,
    find_reserved_words,
    find_reserved_words_in_heading,
    find_reserved_words_in_name,
)
from trainer.web.editing.conflicts import EditForm
from trainer.web.editing.creation import CreationForm
from trainer.web.forms import BaseForm, CleanField, NumberField, TranslatedField, Validator

MAX_SESSIONS = 40
MAX_AGENDA_ITEMS = 20
MAX_SPARE_AGENDA_ROWS = 36  # of all sessions together, so that the page stays small
HTTPS_URL_PATTERN = r"^https://[^\s/@]+\.[^\s/@]+(/\S*)?$"


def build_choices(names: dict[Any, Any]) -> list[SelectChoice]:
    """Return the choices of a field from a mapping of values to names."""
    return [SelectChoice(str(value), name) for value, name in names.items()]


class AgendaItemForm(PlainForm):  # type: ignore[misc]
    """A line of a session's agenda. Its Russian and Kazakh topics are printed, so there is no third language."""

    begins = TimeField(_l("Time"), [Optional()])
    topic_kk = CleanField(_l("Topic in Kazakh"), max_length=200)
    topic_ru = CleanField(_l("Topic in Russian"), max_length=200)
    speaker = CleanField(_l("Speaker"), max_length=120)
    is_break = BooleanField(_l("Break"))

    @property
    def has_no_input(self) -> bool:
        """Return whether the row is empty."""
        return not (self.begins.data or self.topic_kk.data or self.topic_ru.data or self.speaker.data)

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if self.has_no_input:
            return True
        if self.begins.data is None:
            self.begins.errors = [_("This field is required.")]
        elif not (self.is_break.data or self.topic_kk.data or self.topic_ru.data):
            self.topic_kk.errors = [_("Enter this in Kazakh or Russian at least.")]
        return not (self.begins.errors or self.topic_kk.errors)

    def build_item(self) -> AgendaItem:
        """Return the line that was entered."""
        topic = Translated(self.topic_kk.data or "", self.topic_ru.data or "")
        return AgendaItem(self.begins.data, topic, self.speaker.data or "", self.is_break.data)


class SessionForm(PlainForm):  # type: ignore[misc]
    """A session: its day, its local start and end times, and its agenda."""

    title = TranslatedField(_l("Topic"), max_length=200)
    day = DateField(_l("Day"), [Optional()])
    begins = TimeField(_l("Starts"), [Optional()])
    ends = TimeField(_l("Ends"), [Optional()])
    session_id = NumberField(validators=[Optional()])
    remove = BooleanField(_l("Remove this session"))
    agenda = FieldList(FormField(AgendaItemForm), label=_l("Agenda"), max_entries=MAX_AGENDA_ITEMS)

    @property
    def has_no_input(self) -> bool:
        """Return whether the row is empty."""
        return not (self.day.data or self.begins.data or self.ends.data or self.title.value or self.session_id.data)

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if self.has_no_input or self.remove.data:
            return True
        for field in (self.day, self.begins, self.ends):
            if field.data is None:
                field.errors = [_("This field is required.")]
                return False
        if self.ends.data <= self.begins.data:
            self.ends.errors = [_("A session must end after it starts.")]
            return False
        return self.is_agenda_within()

    def is_agenda_within(self) -> bool:
        """Return whether every line of the agenda begins within the session, and set the error of the first that does not."""
        for item in (entry.form for entry in self.agenda):
            if not item.has_no_input and not self.begins.data <= item.begins.data < self.ends.data:
                item.begins.errors = [_("This is outside the session’s time.")]
                self.agenda.errors = [entry.errors for entry in self.agenda]
                return False
        return True

    @property
    def agenda_items(self) -> list[AgendaItem]:
        """Return the lines of the agenda in the order of their times."""
        items = [entry.form.build_item() for entry in self.agenda if not entry.form.has_no_input]
        return sorted(items, key=lambda item: item.begins)

    def get_session_times(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return start and end as aware datetimes in the zone."""
        return (
            datetime.combine(self.day.data, self.begins.data, zone),
            datetime.combine(self.day.data, self.ends.data, zone),
        )


def build_reserved_word_validator(find_reserved: Callable[[str], str]) -> Validator:
    """Return a validator that rejects words which only accredited organisations may print.

    `find_reserved` returns the first reserved words of a text, or an empty string.
    """

    def validate_reserved_words(_form: Any, field: Field) -> None:
        word = find_reserved(field.data or "")
        if word:
            raise ValidationError(_("Only accredited organisations may write “%(word)s” on a certificate.", word=word))

    return validate_reserved_words


class SignatoryForm(PlainForm):  # type: ignore[misc]
    """A person who signs the certificate."""

    name = CleanField(_l("Name"), max_length=120)
    position = TranslatedField(
        _l("Position"), max_length=160, part_validators=[build_reserved_word_validator(find_reserved_words_in_name)]
    )


class SeminarForm(EditForm, CreationForm):
    """All settings of a seminar."""

    activity_id = SelectField(_l("Plan activity"), coerce=int)
    title = TranslatedField(
        _l("Title"), max_length=240, required=True, part_validators=[build_reserved_word_validator(find_reserved_words)]
    )
    description = TranslatedField(_l("Description"), max_length=2000, is_multiline=True)
    kind = RadioField(_l("Kind"), [InputRequired()], choices=build_choices(SEMINAR_KIND_NAMES), default="seminar")
    format = RadioField(_l("Format"), [InputRequired()], choices=build_choices(SEMINAR_FORMAT_NAMES), default="offline")
    audience = SelectField(_l("Audience"), choices=build_choices(AUDIENCE_NAMES), validate_choice=False)
    city = TranslatedField(
        _l("City or region"), max_length=120, part_validators=[build_reserved_word_validator(find_reserved_words)]
    )
    venue = TranslatedField(_l("Venue and address"), max_length=240)
    map_url = CleanField(
        _l("Map link"),
        [Regexp(HTTPS_URL_PATTERN, message=_l("The page address must start with https://"))],
        max_length=500,
        render_kw={"type": "url", "inputmode": "url"},
    )
    access = TranslatedField(_l("Accessibility"), max_length=600, is_multiline=True)
    trainers = CleanField(_l("Trainers"), max_length=400)
    capacity = NumberField(_l("Number of places"), [InputRequired(), NumberRange(1, 100_000)])
    closes = DateTimeLocalField(_l("Registration closes"), [Optional()])
    needs_approval = BooleanField(_l("The organiser approves every registration"))
    has_waiting_list = BooleanField(_l("When all places are taken, people join a waiting list"), default=True)
    offer_hours = NumberField(
        _l("Hours to hold a place that becomes available"), [InputRequired(), NumberRange(1, 240)], default=24
    )
    change_hours = NumberField(
        _l("Participants can edit or cancel until this many hours before the start"),
        [InputRequired(), NumberRange(0, 720)],
        default=0,
    )
    sessions = FieldList(FormField(SessionForm), label=_l("Sessions"), max_entries=MAX_SESSIONS)
    has_survey = BooleanField(_l("Participants answer a satisfaction survey"), default=True)
    has_certificate = BooleanField(_l("Participants receive a certificate"), default=True)
    share_required = NumberField(_l("Required attendance, percent"), [InputRequired(), NumberRange(0, 100)], default=75)
    hours = NumberField(_l("Academic hours"), [InputRequired(), NumberRange(1, 1000)], default=8)
    certificate_kind = RadioField(
        _l("Certificate awarded for"),
        [InputRequired()],
        choices=build_choices(CERTIFICATE_KIND_NAMES),
        default="participation",
    )
    survey_required = BooleanField(_l("The certificate requires a completed survey"), default=True)
    pass_mark = NumberField(_l("Test pass mark for the certificate, percent"), [Optional(), NumberRange(1, 100)])
    valid_months = NumberField(_l("Certificate validity, months"), [Optional(), NumberRange(1, 600)])
    certificate_heading = TranslatedField(
        _l("Certificate heading"),
        max_length=40,
        part_validators=[build_reserved_word_validator(find_reserved_words_in_heading)],
    )
    co_issuer = TranslatedField(
        _l("Co-organiser (second organisation)"),
        max_length=240,
        part_validators=[build_reserved_word_validator(find_reserved_words_in_name)],
    )
    design = RadioField(
        _l("Design"), [InputRequired()], choices=build_choices(AVAILABLE_DESIGN_NAMES), default="standard"
    )
    signatories = FieldList(FormField(SignatoryForm), label=_l("Signatories"), min_entries=3, max_entries=3)

    stored_kind = ""
    """The kind of the seminar, for a form without that field."""
    stored_certificate_kind = ""
    """The kind of its certificate, for a form without that field."""

    def validate_certificate_kind(self, field: Field) -> None:
        """Allow certificates of completion only for seminars and courses."""
        kind = self.kind.data if "kind" in self else self.stored_kind
        if field.data == CertificateKind.COMPLETION and kind not in COMPLETABLE_KINDS:
            raise ValidationError(_("“Completion” is only for a seminar or a course. Choose “Participation”."))

    def validate_kind(self, field: Field) -> None:
        """Refuse a kind that the stored certificate does not fit, where the form does not ask for the certificate."""
        is_completion = self.stored_certificate_kind == CertificateKind.COMPLETION and "certificate_kind" not in self
        if is_completion and field.data not in COMPLETABLE_KINDS:
            raise ValidationError(_("Its certificate is one of completion, which is only for a seminar or a course."))

    def validate_sessions(self, field: Field) -> None:
        """Require at least one session."""
        if not any(not entry.form.has_no_input and not entry.form.remove.data for entry in field):
            raise ValidationError(_("Add at least one session."))

    def add_session_rows(self, count: int = 2) -> None:
        """Append empty session rows, up to MAX_SESSIONS in total."""
        for _row in range(min(count, MAX_SESSIONS - len(self.sessions))):
            self.sessions.append_entry()

    def add_day(self) -> None:
        """Append the sessions of the last day once more, for the day after it; without a day, an empty row.

        Their times are copied and their topics are not.
        """
        days = [entry.form.day.data for entry in self.sessions if entry.form.day.data]
        if not days:
            return self.add_session_rows(1)
        for entry in [entry for entry in self.sessions if entry.form.day.data == max(days)]:
            if len(self.sessions) < MAX_SESSIONS:
                times = {"begins": entry.form.begins.data, "ends": entry.form.ends.data}
                self.sessions.append_entry({"day": max(days) + timedelta(days=1), **times})
        return None

    def add_agenda_rows(self, count: int = 3) -> None:
        """Append empty lines to the agenda of every session that is filled in, up to MAX_AGENDA_ITEMS."""
        count = min(count, MAX_SPARE_AGENDA_ROWS // max(1, len(self.sessions)))
        for entry in self.sessions:
            empty = sum(item.form.has_no_input for item in entry.form.agenda)
            for _row in range(min(count - empty, MAX_AGENDA_ITEMS - len(entry.form.agenda))):
                entry.form.agenda.append_entry()


class CancellationForm(BaseForm):
    """Why a seminar is cancelled; people read it in the message and on the pages."""

    reason = TranslatedField(_l("Reason for the cancellation"), max_length=300, required=True)
