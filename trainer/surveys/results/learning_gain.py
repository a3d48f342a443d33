"""What was learned: the tests before and after a seminar in pairs, and what a trainer saw people do."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.language.collation import fold
from trainer.surveys.deduplication import by_registration
from trainer.surveys.models import TESTS, AnonymousResponse, Purpose, Survey
from trainer.surveys.questions.model import Question, QuestionKind
from trainer.surveys.questions.validation import is_right, score
from trainer.surveys.responses import questions_of
from trainer.surveys.results.aggregation import FEWEST, Answered, answered_versions, any_few
from trainer.surveys.results.statistics import Band, band, change, gain, mean, reaches

Result = tuple[int, int]
"""How many questions of a test were answered right, and of how many."""


@dataclass(frozen=True)
class Solved:
    """How many answered a question of a test right, of those who were asked it."""

    right: int
    whole: int


@dataclass(frozen=True)
class TestItem:
    """A question of a test, before and after; None where that test does not ask it."""

    question: Question
    before: Solved | None
    after: Solved | None


@dataclass(frozen=True)
class Pairs:
    """The results of people in both tests."""

    both: tuple[tuple[Result, Result], ...]
    unpaired: int
    """How many of the other results have no counterpart: only one test was written, or no code was given."""
    doubled: int
    """How many results were left out because their code stands on more than one."""
    alone: tuple[int, int] = (0, 0)
    """How many results of each test are in no pair, for whichever reason."""
    anonymous: bool = False

    @property
    def count(self) -> int:
        return len(self.both)

    @property
    def few(self) -> bool:
        return self.count < FEWEST

    @property
    def told(self) -> bool:
        """Whether their figures may be shown: without names not where, with the means of all, they would tell those of a few."""
        return self.count > 0 and not (self.anonymous and (self.few or any_few(self.alone)))

    @property
    def before(self) -> Fraction:
        """The mean percent before."""
        return mean([percent_of(before) for before, _after in self.both])

    @property
    def after(self) -> Fraction:
        """The mean percent after."""
        return mean([percent_of(after) for _before, after in self.both])

    @property
    def gain(self) -> Fraction | None:
        """The class's normalised gain; None where there was nothing to gain."""
        return gain(self.before, self.after)

    @property
    def change(self) -> Fraction | None:
        """The mean of the normalised changes; None where nobody has one."""
        changes = [change(percent_of(before), percent_of(after)) for before, after in self.both]
        known = [each for each in changes if each is not None]
        return mean(known) if known else None

    @property
    def band(self) -> Band | None:
        """How large the gain is."""
        return band(self.gain) if self.gain is not None else None


@dataclass(frozen=True)
class Passed:
    """How many reached the pass mark, of all who wrote the test."""

    reached: int
    whole: int
    mark: int


@dataclass(frozen=True)
class Learning:
    """What a test says, together with its counterpart."""

    before: Survey | None
    after: Survey | None
    items: tuple[TestItem, ...]
    mean_before: Fraction | None
    mean_after: Fraction | None
    passed: Passed | None
    pairs: Pairs | None
    """None where one of the tests is missing, or one is anonymous and the other is not."""


@dataclass(frozen=True)
class Skills:
    """How many were seen doing each step, and who did all of them."""

    steps: tuple[tuple[Question, Solved], ...]
    all_steps: tuple[int, ...]
    """Registrations."""
    whole: int


def percent_of(result: Result) -> Fraction:
    """Give the percent answered right."""
    return Fraction(100 * result[0], result[1])


def paired(
    before: Iterable[tuple[Hashable, Result]], after: Iterable[tuple[Hashable, Result]], anonymous: bool = False
) -> Pairs:
    """Pair results by what stands for a person; one that stands on two results of a test is left out, as is an empty one."""
    first, second = by_person(before), by_person(after)
    doubled = {each for each in (*first, *second) if len(first.get(each, ())) > 1 or len(second.get(each, ())) > 1}
    doubled.discard("")
    both = [each for each in first if each in second and each not in doubled and each != ""]
    alone = tuple(sum(len(each) for each in group.values()) - len(both) for group in (first, second))
    left_out = sum(len(group.get(each, ())) for group in (first, second) for each in doubled)
    pairs = tuple((first[each][0], second[each][0]) for each in both)
    return Pairs(pairs, sum(alone) - left_out, left_out, (alone[0], alone[1]), anonymous)


def by_person(results: Iterable[tuple[Hashable, Result]]) -> dict[Hashable, list[Result]]:
    """Give the results of each person; tests without a right answer are none."""
    found: dict[Hashable, list[Result]] = {}
    for who, result in results:
        if result[1]:
            found.setdefault(who, []).append(result)
    return found


def code_of(questions: Iterable[Question], answers: Mapping[str, object]) -> str:
    """Give a participant's own code as it is compared: case, look-alike letters and blanks do not count."""
    key = next((each.key for each in questions if each.kind == QuestionKind.CODE), "")
    return fold(str(answers.get(key) or "")).replace(" ", "")


def learning(session: Session, survey: Survey, surveys: Sequence[Survey]) -> Learning | None:
    """Say what a test tells, with its counterpart among the seminar's surveys; None where it is no test."""
    if survey.purpose not in TESTS:
        return None
    before, after = pair_of(survey, surveys)
    asked = [visible(session, each) for each in (before, after)]
    first, second = (solved(each, survey.anonymous) for each in asked)
    questions = {each.key: each for versions in reversed(asked) for version in versions for each in version.questions}
    items = tuple(
        TestItem(each, first.get(key), second.get(key))
        for key, each in questions.items()
        if key in first or key in second
    )
    means = [mean_of(each) for each in asked]
    passed = passed_of(asked[1], survey.seminar.pass_mark)
    return Learning(before, after, items, means[0], means[1], passed, pairs_of(session, before, after))


def pair_of(survey: Survey, surveys: Sequence[Survey]) -> tuple[Survey | None, Survey | None]:
    """Find the test before and the test after that belong together.

    An anonymous test belongs to one other: the pairs of two would differ by so few that these were known.
    """
    other = nearest(survey, surveys)
    if other and other.anonymous and survey.anonymous and nearest(other, surveys) != survey:
        other = None
    return (survey, other) if survey.purpose == Purpose.PRE_TEST else (other, survey)


def nearest(survey: Survey, surveys: Sequence[Survey]) -> Survey | None:
    """Find the counterpart of a test: of those that are anonymous as it is, if there are any, the nearest by number."""
    other = Purpose.POST_TEST if survey.purpose == Purpose.PRE_TEST else Purpose.PRE_TEST
    found = [each for each in surveys if each.purpose == other]
    return min(
        found, key=lambda each: (each.anonymous != survey.anonymous, abs(each.number - survey.number)), default=None
    )


def visible(session: Session, survey: Survey | None) -> list[Answered]:
    """Give what was answered to a test, nothing where so few answered without a name that it may not be broken down."""
    versions = answered_versions(session, survey) if survey else []
    few = survey is not None and survey.anonymous and sum(len(each.answers) for each in versions) < FEWEST
    return [] if few else versions


def solved(versions: Sequence[Answered], anonymous: bool) -> dict[str, Solved]:
    """Count for each question of a test who answered it right; no answer is not right.

    A question that so few answered without a name that their answers are not shown is left out.
    """
    given: dict[str, list[tuple[Question, object]]] = defaultdict(list)
    for version in versions:
        for question in version.questions:
            if question.is_test:
                given[question.key] += [(question, answers.get(question.key)) for answers in version.answers]
    return {
        key: Solved(sum(is_right(*each) for each in of_one), len(of_one))
        for key, of_one in given.items()
        if of_one and not (anonymous and any_few([sum(answer is not None for _question, answer in of_one)]))
    }


def scores(versions: Iterable[Answered]) -> list[Result]:
    """Give the result of each response to a test."""
    found = [score(version.questions, answers) for version in versions for answers in version.answers]
    return [(each.right, each.whole) for each in found if each.whole]


def mean_of(versions: Sequence[Answered]) -> Fraction | None:
    """Give the mean percent of a test; None where nobody wrote it."""
    results = [percent_of(each) for each in scores(versions)]
    return mean(results) if results else None


def passed_of(versions: Sequence[Answered], mark: int | None) -> Passed | None:
    """Count who reached the pass mark; None where there is none or nobody wrote the test."""
    results = scores(versions)
    if not mark or not results:
        return None
    return Passed(sum(reaches(right, whole, mark) for right, whole in results), len(results), mark)


def pairs_of(session: Session, before: Survey | None, after: Survey | None) -> Pairs | None:
    """Pair two tests: by the registration where both have names, by the participants' own codes where neither has."""
    if before is None or after is None or before.anonymous != after.anonymous:
        return None
    if before.anonymous:
        return paired(coded(session, before), coded(session, after), anonymous=True)
    return paired(named(session, before), named(session, after))


def coded(session: Session, survey: Survey) -> list[tuple[Hashable, Result]]:
    """Give the results of an anonymous test by the participants' own codes."""
    if survey.sealed_at is None:
        return []
    wanted = select(AnonymousResponse).where(AnonymousResponse.survey_id == survey.id)
    questions = {each.id: questions_of(each) for each in survey.versions}
    return [
        (code_of(questions[each.version_id], each.answers), result_of(questions[each.version_id], each.answers))
        for each in session.scalars(wanted.order_by(AnonymousResponse.id))
    ]


def named(session: Session, survey: Survey) -> list[tuple[Hashable, Result]]:
    """Give the results of a test with names, by the registration that was kept."""
    questions = {each.id: questions_of(each) for each in survey.versions}
    return [
        (who, result_of(questions[each.version_id], each.answers))
        for who, each in by_registration(session, survey).items()
    ]


def result_of(questions: Sequence[Question], answers: Mapping[str, object]) -> Result:
    """Give the result of one test."""
    found = score(questions, answers)
    return found.right, found.whole


def skills(session: Session, survey: Survey) -> Skills | None:
    """Count who was seen doing each step of a checklist; None where the survey is none."""
    if survey.purpose != Purpose.SKILLS or survey.id is None:
        return None
    rows = by_registration(session, survey)
    asked = {each.id: steps_of(questions_of(each)) for each in survey.versions}
    steps = {step.key: step for version in survey.versions for step in asked[version.id]}
    seen = []
    for key, step in steps.items():
        marked = [each.answers[key] for each in rows.values() if key in each.answers]
        seen.append((step, Solved(sum(marked), len(marked))))
    able = [
        who
        for who, each in rows.items()
        if asked[each.version_id] and all(each.answers.get(step.key) is True for step in asked[each.version_id])
    ]
    return Skills(tuple(seen), tuple(able), len(rows))


def steps_of(questions: Iterable[Question]) -> list[Question]:
    """Give the steps of a checklist: what is answered with yes or no."""
    return [each for each in questions if each.kind == QuestionKind.YES_NO]
