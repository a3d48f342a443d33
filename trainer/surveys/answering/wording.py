"""What a survey says in words: answers, hints beside questions, when a question is to be answered, and the promise."""

from collections.abc import Sequence

from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.surveys.answering.status import SurveyStatus
from trainer.surveys.models import Survey
from trainer.surveys.questions.model import SurveyQuestion, SurveyQuestionKind
from trainer.web.templating import format_moment

QUESTIONS_PER_MINUTE = 5  # questions that one answers in it


def format_anonymity_promise(survey: Survey) -> str:
    """Say who will know whose answers these are; for an anonymous survey, exactly what is true."""
    if not survey.anonymous:
        return _("The organiser sees your answers together with your name.")
    return _(
        "Your answers are anonymous. While the survey is open, the organiser sees only who has answered. When it "
        "closes, the answers are shuffled and saved again: after that, a copy of the database can’t link answers to "
        "people. Only a person who watched the server before that, or who has older backups, could do so."
    )


def format_survey_duration(questions: Sequence[SurveyQuestion]) -> str:
    """Say about how long it takes to answer."""
    asked = sum(len(each.rows) or 1 for each in questions if each.kind != SurveyQuestionKind.SECTION)
    minutes = max(1, -(-asked // QUESTIONS_PER_MINUTE))
    return ngettext("It takes about %(num)d minute.", "It takes about %(num)d minutes.", minutes)


def format_survey_status(survey: Survey, status: SurveyStatus) -> str:
    """Say why somebody can't answer a survey, empty where they can."""
    return {
        SurveyStatus.ANSWERED: _("You have already answered this survey. Thank you."),
        SurveyStatus.NOT_YET_OPEN: format_survey_opening(survey),
        SurveyStatus.CLOSED: _("The survey is closed."),
        SurveyStatus.ABSENT: _("The survey is for people who attended the seminar."),
    }.get(status, "")


def format_survey_opening(survey: Survey) -> str:
    """Say when a survey opens."""
    if survey.opens_at is None:
        return _("The survey opens when the last session starts.")
    return _("The survey opens: %(moment)s.", moment=format_moment(survey.opens_at, survey.seminar.zone))
