"""What a survey says in words: answers, hints beside questions, when a question is to be answered, and the promise."""

from collections.abc import Sequence
from typing import Any

from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.surveys.answering.forms import NPS, SCALES, YES_NO, bounds
from trainer.surveys.answering.status import State
from trainer.surveys.models import Survey
from trainer.surveys.questions.model import Question, QuestionKind
from trainer.web.templating import moment

A_MINUTE = 5  # questions that one answers in it


def answer_in_words(question: Question, answer: Any) -> str:
    """Give an answer as its form showed it, in the language of the page; the rows of a matrix each in a line."""
    if question.kind == QuestionKind.MATRIX:
        rows = {each.key: each.text.to(language()) for each in question.rows}
        scale = SCALES[question.scale]
        return "\n".join(f"{rows.get(key, key)}: {scale.get(value, value)}" for key, value in answer.items())
    if question.kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE):
        chosen = answer if isinstance(answer, list) else [answer]
        return "; ".join(each.text.to(language()) for each in question.choices if each.key in chosen)
    if question.kind == QuestionKind.YES_NO:
        return _("Yes") if answer else _("No")
    return str(SCALES.get(question.kind, {}).get(answer, answer))


def hint_of(question: Question) -> str:
    """Say how a question is answered, empty where it says so itself."""
    return {
        QuestionKind.MULTIPLE: _("You can choose several answers."),
        QuestionKind.NPS: _("0: not at all likely, 10: very likely"),
        QuestionKind.NUMBER: bounds(question),
        QuestionKind.CODE: _(
            "Make up a code that you can make again next time and nobody else can: the first two letters of your mother’s "
            "name and the day of the month on which she was born. For example: АЙ07."
        ),
    }.get(question.kind, "")


def condition_of(question: Question, questions: Sequence[Question]) -> str:
    """Say when a question is to be answered, empty where always."""
    if question.show_if is None:
        return ""
    asked = next(each for each in questions if each.key == question.show_if.question)
    said = " / ".join(text_of(asked, each) for each in question.show_if.answers)
    names = {"question": asked.text.to(language()), "answer": said}
    if question.kind == QuestionKind.SECTION:
        return _("Answer this part only if your answer to “%(question)s” is: %(answer)s.", **names)
    return _("Answer only if your answer to “%(question)s” is: %(answer)s.", **names)


def text_of(question: Question, answer: str) -> str:
    """Give the words of an answer that a condition names."""
    words: dict[str, Any] = {each.key: each.text.to(language()) for each in question.choices}
    scale = {str(value): name for value, name in SCALES.get(question.kind, NPS).items()}
    return str({**scale, **YES_NO, **words}.get(answer, answer))


def promise(survey: Survey) -> str:
    """Say who will know whose answers these are; for an anonymous survey, exactly what is true."""
    if not survey.anonymous:
        return _("The organizer sees your answers together with your name.")
    return _(
        "Your answers are anonymous. While the survey is open, the organizer sees only who has answered. When it closes, the "
        "answers are shuffled and written anew: after that, a copy of the database cannot pair answers and people. Somebody "
        "who watched the server meanwhile, or older backups, could."
    )


def takes(questions: Sequence[Question]) -> str:
    """Say about how long it takes to answer."""
    asked = sum(len(each.rows) or 1 for each in questions if each.kind != QuestionKind.SECTION)
    minutes = max(1, -(-asked // A_MINUTE))
    return ngettext("It takes about %(num)d minute.", "It takes about %(num)d minutes.", minutes)


def standing_in_words(survey: Survey, state: State) -> str:
    """Say why somebody can't answer a survey, empty where they can."""
    return {
        State.ANSWERED: _("You have answered this survey. Thank you."),
        State.LATER: opens(survey),
        State.CLOSED: _("The survey is closed."),
        State.ABSENT: _("The survey is for those who were at the seminar."),
    }.get(state, "")


def opens(survey: Survey) -> str:
    """Say when a survey opens."""
    if survey.opens_at is None:
        return _("The survey opens when the last session begins.")
    return _("The survey opens: %(moment)s.", moment=moment(survey.opens_at, survey.seminar.zone))
