"""Labels of survey purposes, stages and question kinds, and messages for changes that are not possible."""

from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.surveys.builder.versions import (
    AnonymousSurveyAnswered,
    OwnCodeNotAllowed,
    QuestionChanged,
    QuestionsInvalid,
    QuestionsMissing,
    SurveyEditingClosed,
)
from trainer.surveys.models import SurveyPurpose
from trainer.surveys.questions.model import MAX_QUESTIONS_PER_SURVEY, QuestionProblemKind, SurveyQuestionKind
from trainer.surveys.schedule import SurveyStage

EDITING_ERRORS = (
    SurveyEditingClosed,
    AnonymousSurveyAnswered,
    QuestionChanged,
    OwnCodeNotAllowed,
    QuestionsMissing,
    QuestionsInvalid,
)
"""The exceptions that changes of questions raise; `format_editing_error` words them."""
SURVEY_PURPOSE_LABELS = {
    SurveyPurpose.SATISFACTION: _l("Satisfaction"),
    SurveyPurpose.PRE_TEST: _l("Pre-test"),
    SurveyPurpose.POST_TEST: _l("Post-test"),
    SurveyPurpose.FOLLOW_UP: _l("Follow-up after 1–3 months"),
    SurveyPurpose.CHECKLIST: _l("Practical skills, marked by a trainer"),
    SurveyPurpose.OTHER: _l("Other"),
}
SURVEY_STAGE_LABELS = {
    SurveyStage.BUILDING: _l("Not released yet"),
    SurveyStage.NOT_OPEN_YET: _l("Opens later"),
    SurveyStage.OPEN: _l("Open"),
    SurveyStage.SEALING: _l("Closed; the answers are being shuffled"),
    SurveyStage.CLOSED: _l("Closed"),
}
SURVEY_STAGE_TONES = {
    SurveyStage.BUILDING: "warn",
    SurveyStage.NOT_OPEN_YET: "",
    SurveyStage.OPEN: "good",
    SurveyStage.SEALING: "warn",
    SurveyStage.CLOSED: "soft",
}
SURVEY_QUESTION_KIND_LABELS = {
    SurveyQuestionKind.SATISFACTION: _l("Satisfaction, 5-point scale"),
    SurveyQuestionKind.AGREEMENT: _l("Agreement, 5-point scale"),
    SurveyQuestionKind.SINGLE: _l("One of several choices"),
    SurveyQuestionKind.MULTIPLE: _l("Several choices"),
    SurveyQuestionKind.MATRIX: _l("Matrix: several rows, one scale"),
    SurveyQuestionKind.YES_NO: _l("Yes or no"),
    SurveyQuestionKind.NUMBER: _l("Whole number"),
    SurveyQuestionKind.NPS: _l("How likely to recommend, 0 to 10"),
    SurveyQuestionKind.SHORT_TEXT: _l("Short text"),
    SurveyQuestionKind.TEXT: _l("Long text"),
    SurveyQuestionKind.CODE: _l("Personal code, to match anonymous tests"),
    SurveyQuestionKind.SECTION: _l("Section: a heading or a note"),
}


def format_editing_error(error: Exception) -> str:
    """Return the message for an exception of EDITING_ERRORS."""
    if isinstance(error, QuestionsInvalid):
        return format_questions_error(error)
    if isinstance(error, SurveyEditingClosed):
        return _("The survey is closed: its questions can’t be changed.")
    if isinstance(error, AnonymousSurveyAnswered):
        return format_anonymous_survey_error()
    if isinstance(error, OwnCodeNotAllowed):
        return _(
            "The personal code is for matching anonymous tests. In a survey with names it would reveal whose anonymous "
            "answers are whose."
        )
    if isinstance(error, QuestionsMissing):
        return _("A released survey must have at least one question.")
    return _("Another person has changed this question since you opened it. Check its current version.")


def format_anonymous_survey_error() -> str:
    """Return why the questions of an anonymous survey with answers can't change."""
    return _(
        "This anonymous survey has been answered, so its questions can’t be changed: a new version would reveal who "
        "answered before the change and who after."
    )


def format_questions_error(error: QuestionsInvalid) -> str:
    """Return the message about the first problem of questions that can't be asked."""
    first = error.problems[0]
    if first.kind == QuestionProblemKind.TOO_MANY:
        return _("A survey must have no more than %(most)d questions.", most=MAX_QUESTIONS_PER_SURVEY)
    question = error.questions[first.position].text.get_text(get_page_language())
    if first.kind == QuestionProblemKind.CONDITION:
        return _(
            "“%(question)s” is shown only after a certain answer to an earlier question. That question must come before "
            "it and keep that answer; change the condition first.",
            question=question,
        )
    if first.kind == QuestionProblemKind.KEY:
        return _("“%(question)s” is already in the survey.", question=question)
    return _("“%(question)s” is incomplete: check its text and choices.", question=question)
