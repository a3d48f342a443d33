"""The forms in which an organizer makes a survey and decides about it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, DateTimeLocalField, Field, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.surveys.builder.settings import Decisions
from trainer.surveys.builder.wording import PURPOSES
from trainer.surveys.models import Purpose, Survey
from trainer.web.forms import Form, NumberField, TranslatedField

MINUTES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class SurveyForm(Form):
    """What may be decided about a survey at any time."""

    title = TranslatedField(_l("Title"), longest=200, required=True)
    purpose = SelectField(
        _l("What it is for"), choices=[SelectChoice(str(each), name) for each, name in PURPOSES.items()]
    )
    target = NumberField(_l("Satisfied people that the plan asks for, percent"), [InputRequired(), NumberRange(0, 100)])
    for_project = BooleanField(_l("Ask everybody in the whole project, each person once"))
    opens = DateTimeLocalField(_l("Opens"), [Optional()], format=MINUTES)
    closes = DateTimeLocalField(_l("Closes"), [Optional()], format=MINUTES)

    @property
    def kind(self) -> bool | None:
        """Whether anonymous was chosen; None where that is not asked."""
        return None

    def validate_closes(self, field: Field) -> None:
        """Refuse a survey that closes before it opens."""
        if field.data and self.opens.data and field.data <= self.opens.data:
            raise ValidationError(_("A survey closes after it opens."))

    def decisions(self, zone: ZoneInfo) -> Decisions:
        """Give what was typed; times are those of the project's clock."""
        return Decisions(
            title=self.title.value,
            purpose=Purpose(self.purpose.data),
            target=self.target.data,
            for_project=self.for_project.data,
            opens_at=in_zone(self.opens.data, zone),
            closes_at=in_zone(self.closes.data, zone),
        )


class NewSurveyForm(SurveyForm):
    """What is decided when a survey is made, or about the ready-made one before anybody answers; who sees whose answers, here alone."""

    anonymous = RadioField(
        _l("Anonymous or with names"),
        [InputRequired(_l("Please choose: this can't be changed later."))],
        choices=[SelectChoice("yes", _l("Anonymous")), SelectChoice("no", _l("With names"))],
    )

    @property
    def kind(self) -> bool:
        """Whether anonymous was chosen."""
        return bool(self.anonymous.data == "yes")


def in_zone(local: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Read a local time of the form in a zone."""
    return None if local is None else local.replace(tzinfo=zone)


def of_zone(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Give the local time that the form shows."""
    return None if moment is None else moment.astimezone(zone).replace(tzinfo=None)


def survey_data(survey: Survey) -> dict[str, Any]:
    """Give what the form shows of a survey."""
    zone = survey.seminar.zone
    return {
        "title": survey.title.parts(),
        "purpose": survey.purpose,
        "anonymous": "yes" if survey.anonymous else "no",
        "target": survey.target,
        "for_project": survey.for_project,
        "opens": of_zone(survey.opens_at, zone),
        "closes": of_zone(survey.closes_at, zone),
    }
