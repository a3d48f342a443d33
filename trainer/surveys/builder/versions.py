"""Changing a survey's questions: one change at a time, an answered version stays as it is, and a change makes the next one."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.surveys.models import (
    AnonymousResponse,
    AnonymousSlip,
    Purpose,
    Survey,
    SurveyDraft,
    SurveyResponse,
    SurveyVersion,
)
from trainer.surveys.questions.keys import RESERVED, key_for, keyed
from trainer.surveys.questions.model import (
    OVERALL,
    OWN_CODE,
    Choice,
    Condition,
    Problem,
    Question,
    QuestionKind,
    problems,
)
from trainer.surveys.responses import is_closed, locked, opens_at, questions_of

ANSWERS = (SurveyResponse, AnonymousSlip, AnonymousResponse, SurveyDraft)


class ChangedMeanwhile(Exception):
    """Somebody else has changed the question, or taken it away, since it was shown."""


class SurveyOver(Exception):
    """The survey is closed: its questions stay as they are."""


class AnonymousStands(Exception):
    """An anonymous survey that somebody has answered stays as it is: the version would tell who answered before and who after."""


class CodeWithNames(Exception):
    """Beside a name, the participant's own code would tell whose answers to an anonymous survey with the same code are whose."""


class NoQuestions(Exception):
    """A survey that people are asked has one question at least."""


class QuestionsRefused(Exception):
    """The questions could not be asked like this; `problems` says why, by the place in `questions`."""

    def __init__(self, found: Sequence[Problem], questions: Sequence[Question]) -> None:
        super().__init__(", ".join(f"{each.place}: {each.wrong}" for each in found))
        self.problems, self.questions = list(found), list(questions)


Change = Callable[[list[Question]], list[Question]]


def answered_versions(session: Session, survey: Survey) -> set[int]:
    """Give the ids of the versions that somebody has answered or begun to answer."""
    if survey.id is None:
        return set()
    own = [each.id for each in survey.versions]
    found = (select(table.version_id).where(table.version_id.in_(own)).distinct() for table in ANSWERS)
    return {each for wanted in found for each in session.scalars(wanted)}


def is_answered(session: Session, survey: Survey) -> bool:
    """Whether anybody has answered a survey or begun to."""
    return bool(answered_versions(session, survey))


def may_be_seen(survey: Survey, now: datetime) -> bool:
    """Whether somebody may have the form before them now."""
    if not survey.released:
        return False
    opens = opens_at(survey)
    before = survey.purpose in (Purpose.PRE_TEST, Purpose.SKILLS) or survey.hall_token is not None
    return before or (opens is not None and opens <= now)


def mark_of(questions: Iterable[Question]) -> str:
    """Name questions as they are now: another word, another mark."""
    told = json.dumps([each.kept() for each in questions], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def add(session: Session, survey: Survey, wish: Question, after: str, now: datetime) -> Question:
    """Put a question after another one, or first where `after` is empty. Raises what `write` raises."""
    survey = locked(session, survey)
    new = with_keys(wish, new_key(wish, keys_ever(survey)), None)
    write(session, survey, lambda there: put(there, new, after), now)
    return new


def change(
    session: Session,
    survey: Survey,
    key: str,
    wish: Question,
    *,
    after: str,
    seen: str,
    now: datetime,
    counts_on: bool = True,
) -> Question:
    """Ask a question otherwise. `seen` is the mark of the question as the organizer saw it.

    The answers before and after are counted together unless `counts_on` is false or the scale is another: then it gets a new key.
    Raises ChangedMeanwhile and what `write` raises.
    """
    survey = locked(session, survey)
    before = found(questions_of(survey.current), key)
    if mark_of([before]) != seen or wish.kind != before.kind:
        raise ChangedMeanwhile
    stays = (counts_on and wish.scale == before.scale) or key in (OVERALL, OWN_CODE)
    new = with_keys(wish, key if stays else new_key(wish, keys_ever(survey)), before)

    def changed(there: list[Question]) -> list[Question]:
        others = [follow(each, key, new.key) for each in there if each.key != key]
        return put(others, new, after)

    write(session, survey, changed, now)
    return new


def move(session: Session, survey: Survey, key: str, up: bool, now: datetime) -> None:
    """Change places with the question above or below; the first and the last stay. Raises as `change` does."""
    survey = locked(session, survey)

    def moved(there: list[Question]) -> list[Question]:
        here = there.index(found(there, key))
        target = here - 1 if up else here + 1
        if 0 <= target < len(there):
            there[here], there[target] = there[target], there[here]
        return there

    write(session, survey, moved, now)


def remove(session: Session, survey: Survey, key: str, now: datetime) -> None:
    """Ask a question no more. Raises as `change` does."""
    survey = locked(session, survey)
    gone = found(questions_of(survey.current), key)
    write(session, survey, lambda there: [each for each in there if each != gone], now)


def replace_all(session: Session, survey: Survey, questions: Sequence[Question], seen: str, now: datetime) -> None:
    """Ask these questions instead of all that were there. Raises as `change` does."""
    survey = locked(session, survey)
    if mark_of(questions_of(survey.current)) != seen:
        raise ChangedMeanwhile
    write(session, survey, lambda _there: apart(survey, questions), now)


def apart(survey: Survey, questions: Sequence[Question]) -> list[Question]:
    """Give another key to each question whose key stood for another kind of answers before."""
    before = [each for version in survey.versions for each in questions_of(version)]
    taken = keys_ever(survey) | {each.key for each in questions}
    found = list(questions)
    for each in questions:
        if any(one.key == each.key and (one.kind, one.scale) != (each.kind, each.scale) for one in before):
            new = key_for(each.text, taken | RESERVED, "question")
            taken.add(new)
            found = [replace(one, key=new) if one.key == each.key else follow(one, each.key, new) for one in found]
    return found


def write(session: Session, survey: Survey, changed: Change, now: datetime) -> None:
    """Keep the questions: where they stand as long as nobody could have seen them, else as the next version.

    Raises QuestionsRefused, NoQuestions, CodeWithNames, SurveyOver, AnonymousStands.
    """
    if is_closed(survey, now):
        raise SurveyOver
    if survey.anonymous and is_answered(session, survey):
        raise AnonymousStands
    questions = changed(questions_of(survey.current))
    if not survey.anonymous and asks_code(questions) and not asks_code(questions_of(survey.current)):
        raise CodeWithNames
    wrong = problems(questions)
    if wrong:
        raise QuestionsRefused(wrong, questions)
    if survey.released and not questions:
        raise NoQuestions
    kept = [each.kept() for each in questions]
    current = survey.current
    if kept == current.questions:
        return
    if current.id in answered_versions(session, survey) or may_be_seen(survey, now):
        survey.versions.append(SurveyVersion(number=current.number + 1, questions=kept))
    else:
        current.questions = kept
    session.flush()


def asks_code(questions: Iterable[Question]) -> bool:
    """Whether the participant's own code is asked."""
    return any(each.kind == QuestionKind.CODE for each in questions)


def found(questions: Iterable[Question], key: str) -> Question:
    """Find a question by its key. Raises ChangedMeanwhile where it is gone."""
    there = next((each for each in questions if each.key == key), None)
    if there is None:
        raise ChangedMeanwhile
    return there


def put(questions: Sequence[Question], new: Question, after: str) -> list[Question]:
    """Put a question after the one with a key; first where there is no such key given, last where it is gone."""
    keys = [each.key for each in questions]
    place = 0 if not after else keys.index(after) + 1 if after in keys else len(keys)
    return [*questions[:place], new, *questions[place:]]


def keys_ever(survey: Survey) -> set[str]:
    """Give every key that a question of any version has or had."""
    return {each["key"] for version in survey.versions for each in version.questions}


def with_keys(wish: Question, key: str, before: Question | None) -> Question:
    """Give a question its key, and keys to its choices and rows; those that were there before keep theirs."""
    choices, rows = (before.choices, before.rows) if before else ((), ())
    return replace(
        wish,
        key=key,
        choices=keyed(wish.choices, keys_of(choices), "choice"),
        rows=keyed(wish.rows, keys_of(rows), "row"),
    )


def new_key(wish: Question, taken: set[str]) -> str:
    """Make the key of a new question; the overall item and the participant's own code always have theirs."""
    if wish.key == OVERALL or wish.kind == QuestionKind.CODE:
        return OVERALL if wish.key == OVERALL else OWN_CODE
    return key_for(wish.text, taken | RESERVED, "question")


def keys_of(choices: Iterable[Choice]) -> set[str]:
    """Give the keys of choices."""
    return {each.key for each in choices}


def follow(question: Question, old: str, new: str) -> Question:
    """Let a condition on a question hold on under the question's new key."""
    condition = question.show_if
    if condition is None or condition.question != old or old == new:
        return question
    return replace(question, show_if=Condition(new, condition.answers))
