"""What the answers say: every item counted over all versions of a survey, in one pass over the answers and nothing else."""

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Text, cast, func, or_, select, text
from sqlalchemy.orm import Session

from trainer.projects.models import Activity, Project, Task
from trainer.seminars.models import Seminar
from trainer.surveys.deduplication import answered_twice
from trainer.surveys.models import AnonymousResponse, Survey, SurveyResponse, SurveyVersion
from trainer.surveys.questions.model import OVERALL, WORDS, Choice, Question, QuestionKind
from trainer.surveys.responses import questions_of
from trainer.surveys.results.statistics import reaches

FEWEST = 5
"""Fewer answers to an anonymous survey are not broken down, and fewer to a row of a matrix not compared."""
SATISFIED = (4, 5)
Answers = Mapping[str, Any]
Identity = tuple[str, QuestionKind, QuestionKind]
Value = int | str | bool


@dataclass(frozen=True)
class Item:
    """A question with what was answered to it, over all versions that ask it in the same way."""

    question: Question
    name: str
    """Stands for the item in addresses: the question's key, with a number where an older version asked otherwise under the same key."""
    asked: int
    """How many responses are to a version that asks it."""
    answered: int
    counts: Mapping[Value, int] = field(default_factory=dict)
    rows: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    """Of a matrix: how often each value was given in each row, by the row's key."""
    texts: tuple[str, ...] = ()
    current: bool = True
    """Whether the survey still asks it."""
    hidden: bool = False
    """Whether too few answered without a name to break their answers down."""

    @property
    def silent(self) -> int:
        """How many gave no answer, or were not asked because of an earlier answer."""
        return self.asked - self.answered

    @property
    def satisfied(self) -> int:
        """How many chose one of the two best answers of five."""
        return sum(self.counts.get(value, 0) for value in SATISFIED)


@dataclass(frozen=True)
class Satisfaction:
    """How many of those who answered the overall item are satisfied, beside the target in percent.

    `left_out` are answers of anonymous surveys with so few that they can't be counted without showing them.
    """

    satisfied: int
    answered: int
    target: int
    left_out: int = 0

    @property
    def is_reached(self) -> bool:
        """Whether the target is reached, compared as whole numbers."""
        return reaches(self.satisfied, self.answered, self.target)


@dataclass(frozen=True)
class Results:
    """The results of a survey; without items where there are too few answers to break them down."""

    responses: int
    items: tuple[Item, ...]
    satisfaction: Satisfaction | None = None
    """Of the overall item, where the survey has one that was answered and may be shown."""
    few: bool = False
    """Whether there are so few answers without a name that nothing is broken down."""

    @property
    def overall(self) -> Item | None:
        """The item on overall satisfaction, where it may be shown."""
        return next((each for each in self.items if is_overall(each.question) and not each.hidden), None)

    def item(self, name: str) -> Item | None:
        """Find an item by its name."""
        return next((each for each in self.items if each.name == name), None)


@dataclass(frozen=True)
class Answered:
    """The answers to one version of a survey."""

    number: int
    questions: Sequence[Question]
    answers: Sequence[Answers]


def any_few(sizes: Iterable[int]) -> bool:
    """Whether one of some groups is so small that what is said of it is said of persons; an empty one is none."""
    return any(0 < each < FEWEST for each in sizes)


def results(session: Session, survey: Survey) -> Results:
    """Count the answers of a survey's responses in all its versions, by the questions' keys."""
    return counted(answered_versions(session, survey), survey)


def counted(versions: Sequence[Answered], survey: Survey) -> Results:
    """Count answers, the newest version's questions first, then those that are asked no more."""
    whole = sum(len(each.answers) for each in versions)
    if survey.anonymous and whole < FEWEST:
        return Results(whole, (), few=True)
    items = tuple(items_of(versions, survey.anonymous))
    found = Results(whole, items)
    overall = found.overall
    if overall is None or not overall.answered:
        return found
    return replace(found, satisfaction=Satisfaction(overall.satisfied, overall.answered, survey.target))


def answered_versions(session: Session, survey: Survey) -> list[Answered]:
    """Give what was answered to each version of a survey, the newest first: the current one also where nobody has answered it."""
    found = stored(session, survey)
    return [
        Answered(each.number, questions_of(each), found.get(each.id, []))
        for each in reversed(survey.versions)
        if each.id in found or each is survey.current
    ]


def stored(session: Session, survey: Survey) -> dict[int, list[Answers]]:
    """Give the answers to a survey by version: in the order of answering, of an anonymous one in none, and once it is sealed.

    With names, each person's count once; without, those of a duplicate that was merged can't be told.
    The database joins the texts of the column with the answers into one, which is parsed at once.
    """
    if survey.id is None or (survey.anonymous and survey.sealed_at is None):
        return {}
    table = (AnonymousResponse if survey.anonymous else SurveyResponse).__table__
    twice = set() if survey.anonymous else answered_twice(session, [survey])
    found: dict[int, list[Answers]] = {}
    for version in survey.versions:
        own = select(cast(table.c.answers, Text).label("answers")).where(
            table.c.survey_id == survey.id, table.c.id.not_in(twice)
        )
        ordered = own.where(table.c.version_id == version.id).order_by(table.c.id).subquery()
        joined = session.scalar(select(func.aggregate_strings(ordered.c.answers, ",")))
        if joined:
            found[version.id] = json.loads(f"[{joined}]")
    return found


def responses(session: Session, survey: Survey) -> list[Answers]:
    """Give what was answered to a survey, to whichever version."""
    return [answers for each in stored(session, survey).values() for answers in each]


def identities(versions: Iterable[Answered]) -> list[Identity]:
    """Give what makes an item of the questions of some versions: key, kind and scale, in the order of their being asked."""
    return list(dict.fromkeys(identity(each) for version in versions for each in version.questions if has_answer(each)))


def identity(question: Question) -> Identity:
    """Say what makes two questions of different versions the same."""
    return question.key, question.kind, question.scale


def has_answer(question: Question) -> bool:
    """Whether a question is answered; a heading is not."""
    return question.kind != QuestionKind.SECTION


def is_overall(question: Question) -> bool:
    """Whether a question is the item on overall satisfaction."""
    return question.key == OVERALL and question.kind == QuestionKind.SATISFACTION


def items_of(versions: Sequence[Answered], anonymous: bool) -> Iterator[Item]:
    """Count every item of some versions, the newest first."""
    names: Counter[str] = Counter()
    for one in identities(versions):
        key = one[0]
        names[key] += 1
        name = key if names[key] == 1 else f"{key}-{names[key]}"
        asking = [(each, question) for each in versions for question in each.questions if identity(question) == one]
        given = [answers[key] for each, _question in asking for answers in each.answers if key in answers]
        item = Item(
            question=united([question for _each, question in asking]),
            name=name,
            asked=sum(len(each.answers) for each, _question in asking),
            answered=len(given),
            current=asking[0][0] is versions[0],
            hidden=anonymous and any_few([len(given)]),
        )
        yield with_texts(item, given, anonymous) if one[1] in WORDS else with_counts(item, given, anonymous)


def united(asked: Sequence[Question]) -> Question:
    """Put a question of several versions together: the newest words, and the choices and rows of all."""
    choices = {each.key: each for question in reversed(asked) for each in question.choices}
    rows = {each.key: each for question in reversed(asked) for each in question.rows}
    newest = asked[0]
    return replace(newest, choices=in_order(newest.choices, choices), rows=in_order(newest.rows, rows))


def in_order(newest: Sequence[Choice], known: Mapping[str, Choice]) -> tuple[Choice, ...]:
    """Give the choices of the newest version, then those that only older ones had."""
    keys = {each.key for each in newest}
    return (*newest, *(each for key, each in known.items() if key not in keys))


def with_texts(item: Item, given: Sequence[str], anonymous: bool) -> Item:
    """Give an item the words of the people, of an anonymous survey in an order of their own; no one's own code."""
    if item.question.kind == QuestionKind.CODE:
        return replace(item, hidden=False)
    return replace(item, hidden=False, texts=tuple(shuffled(given, item.name) if anonymous else given))


def shuffled(texts: Iterable[str], name: str) -> list[str]:
    """Put texts into an order that tells nothing, another one for each item, and the same at every look."""
    found = sorted(texts)
    random.Random(name).shuffle(found)  # noqa: S311  # what they are sorted by says nothing already
    return found


def with_counts(item: Item, given: Sequence[Any], anonymous: bool) -> Item:
    """Count what was answered to one item; what may not be broken down is not counted at all."""
    if item.hidden:
        return item
    if item.question.kind == QuestionKind.MATRIX:
        rows = {row.key: Counter(each[row.key] for each in given if row.key in each) for row in item.question.rows}
        shown = {key: counts for key, counts in rows.items() if not (anonymous and any_few([counts.total()]))}
        return replace(item, rows=shown)
    if item.question.kind == QuestionKind.MULTIPLE:
        return replace(item, counts=Counter(key for each in given for key in each))
    return replace(item, counts=Counter(given))


def satisfaction_of(
    session: Session, of: Project | Activity, target: int = 70, known: Mapping[int, Mapping[Value, int]] | None = None
) -> Satisfaction:
    """Count who is satisfied over all surveys of a project or an activity that ask the overall item, beside a target in percent.

    An anonymous survey with fewer than five answers is left out: counted with others, it would show by how much it moves the figure.
    `known` are the counts of the overall item of surveys that were counted before, by survey: they are not counted again.
    """
    surveys = surveys_in(session, of)
    tally = overall_of(session, [each for each in surveys if each.id not in (known or {})])
    tally |= {each.id: Counter(known[each.id]) for each in surveys if known and each.id in known}
    small = {each.id for each in surveys if each.anonymous and any_few([tally.get(each.id, Counter()).total()])}
    counts = sum((each for key, each in tally.items() if key not in small), Counter[Value]())
    left_out = sum(tally[each].total() for each in small)
    return Satisfaction(sum(counts[value] for value in SATISFIED), counts.total(), target, left_out)


def surveys_in(session: Session, of: Project | Activity) -> list[Survey]:
    """Give the surveys of a project or an activity whose answers may be seen."""
    wanted = select(Survey).join(Seminar, Seminar.id == Survey.seminar_id)
    if isinstance(of, Activity):
        wanted = wanted.where(Seminar.activity_id == of.id)
    else:
        activities = select(Activity.id).join(Task, Task.id == Activity.task_id).where(Task.project_id == of.id)
        wanted = wanted.where(Seminar.activity_id.in_(activities))
    return list(session.scalars(wanted.where(or_(~Survey.anonymous, Survey.sealed_at.is_not(None)))))


def overall_of(session: Session, surveys: Sequence[Survey]) -> dict[int, Counter[Value]]:
    """Count the answers to the overall item of some surveys, by survey; the database counts, as nothing else of the answers is needed."""
    asking = select(SurveyVersion).where(SurveyVersion.survey_id.in_([each.id for each in surveys]))
    versions = [each.id for each in session.scalars(asking) if any(is_overall(one) for one in questions_of(each))]
    twice = answered_twice(session, surveys)
    found: dict[int, Counter[Value]] = {}
    for table in (SurveyResponse, AnonymousResponse):
        value = table.answers[OVERALL].as_string().label("value")
        wanted = select(table.survey_id, value, func.count()).where(table.version_id.in_(versions))
        if table is SurveyResponse:
            wanted = wanted.where(SurveyResponse.id.not_in(twice))
        for survey, answer, number in session.execute(wanted.group_by(table.survey_id, text("value"))):
            if answer is not None:
                found.setdefault(survey, Counter())[int(answer)] += number
    return found
