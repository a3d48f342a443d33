"""What a survey says in words: answers, hints beside questions, when a question is to be answered, and the promise."""

from collections.abc import Sequence
from typing import Any

from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.surveys.answering.forms import NPS_LABELS, SCALE_ANSWER_LABELS, YES_NO_LABELS, format_number_bounds
from trainer.surveys.answering.status import SurveyStatus
from trainer.surveys.models import Survey
from trainer.surveys.questions.model import SurveyQuestion, SurveyQuestionKind
from trainer.web.templating import format_moment

QUESTIONS_PER_MINUTE = 5  # questions that one answers in it


def format_survey_answer(question: SurveyQuestion, answer: Any) -> str:
    """Give an answer as its form showed it, in the language of the page; the rows of a matrix each in a line."""
    if question.kind == SurveyQuestionKind.MATRIX:
        rows = {each.key: each.text.get_text(get_page_language()) for each in question.rows}
        scale = SCALE_ANSWER_LABELS[question.scale]
        return "\n".join(f"{rows.get(key, key)}: {scale.get(value, value)}" for key, value in answer.items())
    if question.kind in (SurveyQuestionKind.SINGLE, SurveyQuestionKind.MULTIPLE):
        chosen = answer if isinstance(answer, list) else [answer]
        return "; ".join(each.text.get_text(get_page_language()) for each in question.choices if each.key in chosen)
    if question.kind == SurveyQuestionKind.YES_NO:
        return _("Yes") if answer else _("No")
    return str(SCALE_ANSWER_LABELS.get(question.kind, {}).get(answer, answer))


def get_question_hint(question: SurveyQuestion) -> str:
    """Say how a question is answered, empty where it says so itself."""
    return {
        SurveyQuestionKind.MULTIPLE: _("You can choose several answers."),
        SurveyQuestionKind.NPS: _("0: not at all likely, 10: very likely"),
        SurveyQuestionKind.NUMBER: format_number_bounds(question),
        SurveyQuestionKind.CODE: _(
            "Make up a code that you can recreate next time but no one else can guess: the first two letters of your "
            "mother’s name and the day of the month when she was born. For example: АЙ07."
        ),
    }.get(question.kind, "")


def format_question_condition(question: SurveyQuestion, questions: Sequence[SurveyQuestion]) -> str:
    """Say when a question is to be answered, empty where always."""
    if question.show_if is None:
        return ""
    asked = next(each for each in questions if each.key == question.show_if.question_key)
    said = " / ".join(get_answer_label(asked, each) for each in question.show_if.answers)
    names = {"question": asked.text.get_text(get_page_language()), "answer": said}
    if question.kind == SurveyQuestionKind.SECTION:
        return _("Answer this part only if your answer to “%(question)s” is: %(answer)s.", **names)
    return _("Answer only if your answer to “%(question)s” is: %(answer)s.", **names)


def get_answer_label(question: SurveyQuestion, answer: str) -> str:
    """Give the words of an answer that a condition names."""
    words: dict[str, Any] = {each.key: each.text.get_text(get_page_language()) for each in question.choices}
    scale = {str(value): name for value, name in SCALE_ANSWER_LABELS.get(question.kind, NPS_LABELS).items()}
    return str({**scale, **YES_NO_LABELS, **words}.get(answer, answer))


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
