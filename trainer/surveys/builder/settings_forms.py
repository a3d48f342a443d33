"""The forms in which an organizer creates a survey and changes its settings."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, DateTimeLocalField, Field, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.surveys.builder.settings import SurveySettings
from trainer.surveys.builder.wording import SURVEY_PURPOSE_LABELS
from trainer.surveys.models import Survey, SurveyPurpose
from trainer.web.editing.conflicts import EditForm
from trainer.web.editing.creation import CreationForm
from trainer.web.forms import NumberField, TranslatedField

LOCAL_TIME_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class SurveySettingsForm(EditForm):
    """The settings of a survey that may change at any time."""

    title = TranslatedField(_l("Title"), max_length=200, required=True)
    purpose = SelectField(
        _l("Purpose"), choices=[SelectChoice(str(purpose), label) for purpose, label in SURVEY_PURPOSE_LABELS.items()]
    )
    target = NumberField(_l("Target share of satisfied people, percent"), [InputRequired(), NumberRange(0, 100)])
    for_project = BooleanField(_l("Ask everyone in the whole project, each person once"))
    opens = DateTimeLocalField(_l("Opens"), [Optional()], format=LOCAL_TIME_FORMATS)
    closes = DateTimeLocalField(_l("Closes"), [Optional()], format=LOCAL_TIME_FORMATS)

    @property
    def is_anonymous(self) -> bool | None:
        """Return whether "anonymous" was chosen; None in a form without that choice."""
        return None

    def validate_closes(self, field: Field) -> None:
        """Raise ValidationError unless the survey closes after it opens."""
        if field.data and self.opens.data and field.data <= self.opens.data:
            raise ValidationError(_("The closing time must be after the opening time."))

    def build_settings(self, zone: ZoneInfo) -> SurveySettings:
        """Return the settings that were entered; the times are local times in `zone`."""
        return SurveySettings(
            title=self.title.value,
            purpose=SurveyPurpose(self.purpose.data),
            target=self.target.data,
            for_project=self.for_project.data,
            opens_at=attach_zone(self.opens.data, zone),
            closes_at=attach_zone(self.closes.data, zone),
        )


class NewSurveyForm(SurveySettingsForm, CreationForm):
    """The settings of a survey that is not stored yet: a new one, or the ready-made satisfaction survey.

    Only here can the organizer choose whether the survey is anonymous.
    """

    anonymous = RadioField(
        _l("Anonymous or with names"),
        [InputRequired(_l("Choose one: this can’t be changed later."))],
        choices=[SelectChoice("yes", _l("Anonymous")), SelectChoice("no", _l("With names"))],
    )

    @property
    def is_anonymous(self) -> bool:
        """Return whether "anonymous" was chosen."""
        return bool(self.anonymous.data == "yes")


def attach_zone(local_time: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Return a local time from the form as a moment in a time zone."""
    return None if local_time is None else local_time.replace(tzinfo=zone)


def convert_to_local_time(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Return a moment as the local time, without a zone, that the form shows."""
    return None if moment is None else moment.astimezone(zone).replace(tzinfo=None)


def build_settings_form_data(survey: Survey) -> dict[str, Any]:
    """Return the initial data of the form, by field name, for a survey."""
    zone = survey.seminar.zone
    return {
        "title": survey.title.to_mapping(),
        "purpose": survey.purpose,
        "anonymous": "yes" if survey.anonymous else "no",
        "target": survey.target,
        "for_project": survey.for_project,
        "opens": convert_to_local_time(survey.opens_at, zone),
        "closes": convert_to_local_time(survey.closes_at, zone),
    }
