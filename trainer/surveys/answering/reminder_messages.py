"""Messages that remind a person of surveys: their keys and texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale
from sqlalchemy.orm import Session

from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.messages.models import COPY_MARK
from trainer.messages.placeholders import Placeholder
from trainer.messages.rendering import MessageText
from trainer.registration.models import Registration
from trainer.registration.notifications.letters import build_standard_letter, frame_letter
from trainer.registration.notifications.queueing import queue_message
from trainer.registration.notifications.texts import build_trainee_message
from trainer.surveys.catalogue import SATISFACTION_SURVEY_NUMBER
from trainer.surveys.models import Survey
from trainer.web.addresses import build_full_url

REMINDER_KIND = "survey"
SECOND_REMINDER_SUFFIX = "-again"


@dataclass(frozen=True)
class DueSurveyReminder:
    """A reminder to be queued: the registration, the surveys it lists, and whether it is the second reminder."""

    registration: Registration
    surveys: Sequence[Survey]
    is_second: bool
    requested_on: str = ""
    """The day, as YYYYMMDD, on which the organizer asked for this reminder; empty for those that are sent by themselves."""

    @property
    def key(self) -> str:
        """Return the unique key of the message: kind, registration id, survey numbers, and the suffix of a further one."""
        numbers = ".".join(str(survey.number) for survey in self.surveys)
        suffix = SECOND_REMINDER_SUFFIX if self.is_second else ""
        return f"{REMINDER_KIND}-{self.registration.id}-{numbers}" + (
            f"-{self.requested_on}" if self.requested_on else suffix
        )


def parse_reminder_key(key: str) -> tuple[int, list[int], bool]:
    """Return the registration id, the survey numbers and whether it is a further reminder, from a message key."""
    _kind, registration_id, numbers, *suffixes = key.partition(COPY_MARK)[0].split("-")
    return int(registration_id), [int(number) for number in numbers.split(".")], bool(suffixes)


def queue_survey_reminder(session: Session, reminder: DueSurveyReminder, now: datetime) -> None:
    """Queue the message of a due reminder."""
    queue_message(session, reminder.registration, REMINDER_KIND, reminder.key, now)


SURVEY_LETTER = build_standard_letter(
    REMINDER_KIND,
    lambda: frame_letter("{request}", ["{surveys}"]),
    Placeholder("request", _l("The request to answer, for one survey or several"), _l("Please answer the survey")),
    Placeholder("surveys", _l("Titles and addresses of the surveys"), _l("Survey: https://example.org/r/…/survey/0")),
    required=("surveys",),
)


def build_survey_reminder_message(
    session: Session, registration: Registration, surveys: Sequence[Survey]
) -> MessageText:
    """Return the text of a reminder of surveys in the person's language."""
    with force_locale(registration.person.language):
        lines = [line for survey in surveys for line in format_survey_reminder_lines(survey, registration)]
        values = {
            "request": _("Please answer the surveys") if len(surveys) > 1 else _("Please answer the survey"),
            "surveys": "\n".join(lines),
        }
    return build_trainee_message(session, registration, REMINDER_KIND, values)


def format_survey_reminder_lines(survey: Survey, registration: Registration) -> list[str]:
    """Return the lines about one survey: its address, and notes on anonymity and the certificate."""
    seminar = registration.seminar
    address = build_full_url("surveys_answering.view_survey", token=registration.token, number=survey.number)
    lines = [f"{survey.title.get_text(registration.person.language)}: {address}"]
    if survey.anonymous:
        lines.append(_("Your answers are anonymous."))
    if survey.number == SATISFACTION_SURVEY_NUMBER and seminar.has_certificate and seminar.survey_required:
        lines.append(_("The certificate is issued once you have answered the survey."))
    return lines
