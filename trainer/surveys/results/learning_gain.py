"""What was learned: the tests before and after a seminar in pairs, and what a trainer saw people do."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.language.collation import fold_text
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.deduplication import map_responses_by_registration
from trainer.surveys.models import TEST_PURPOSES, AnonymousResponse, Survey, SurveyPurpose
from trainer.surveys.questions.model import SurveyQuestion, SurveyQuestionKind
from trainer.surveys.questions.validation import calculate_score, is_answer_correct
from trainer.surveys.results.aggregation import MIN_GROUP_SIZE, VersionAnswers, has_small_group, list_version_answers
from trainer.surveys.results.statistics import (
    GainBand,
    calculate_mean,
    calculate_normalised_change,
    calculate_normalised_gain,
    classify_gain,
    is_percent_reached,
)

CorrectAndTotal = tuple[int, int]
"""How many questions of a test were answered right, and of how many."""


@dataclass(frozen=True)
class CorrectCount:
    """How many answered a question of a test right, of those who were asked it."""

    correct: int
    total: int


@dataclass(frozen=True)
class QuestionComparison:
    """A question of a test, before and after; None where that test does not ask it."""

    question: SurveyQuestion
    before: CorrectCount | None
    after: CorrectCount | None


@dataclass(frozen=True)
class PairedScores:
    """The results of people in both tests."""

    pairs: tuple[tuple[CorrectAndTotal, CorrectAndTotal], ...]
    unpaired_count: int
    """How many of the other results have no counterpart: only one test was written, or no code was given."""
    duplicate_code_count: int
    """How many results were left out because their code stands on more than one."""
    unpaired_by_test: tuple[int, int] = (0, 0)
    """How many results of each test are in no pair, for whichever reason."""
    anonymous: bool = False

    @property
    def pair_count(self) -> int:
        return len(self.pairs)

    @property
    def is_too_few(self) -> bool:
        return self.pair_count < MIN_GROUP_SIZE

    @property
    def can_be_shown(self) -> bool:
        """Whether their figures may be shown: without names not where, with the means of all, they would tell those of a few."""
        return self.pair_count > 0 and not (
            self.anonymous and (self.is_too_few or has_small_group(self.unpaired_by_test))
        )

    @property
    def mean_before(self) -> Fraction:
        """The mean percent before."""
        return calculate_mean([calculate_correct_percent(before) for before, _after in self.pairs])

    @property
    def mean_after(self) -> Fraction:
        """The mean percent after."""
        return calculate_mean([calculate_correct_percent(after) for _before, after in self.pairs])

    @property
    def normalised_gain(self) -> Fraction | None:
        """The class's normalised gain; None where there was nothing to gain."""
        return calculate_normalised_gain(self.mean_before, self.mean_after)

    @property
    def mean_change(self) -> Fraction | None:
        """The mean of the normalised changes; None where nobody has one."""
        changes = [
            calculate_normalised_change(calculate_correct_percent(before), calculate_correct_percent(after))
            for before, after in self.pairs
        ]
        known_changes = [change for change in changes if change is not None]
        return calculate_mean(known_changes) if known_changes else None

    @property
    def gain_band(self) -> GainBand | None:
        """How large the gain is."""
        return classify_gain(self.normalised_gain) if self.normalised_gain is not None else None


@dataclass(frozen=True)
class PassRate:
    """How many reached the pass mark, of all who wrote the test."""

    passed: int
    total: int
    pass_mark: int


@dataclass(frozen=True)
class LearningGain:
    """What a test says, together with its counterpart."""

    pre_test: Survey | None
    post_test: Survey | None
    comparisons: tuple[QuestionComparison, ...]
    mean_before: Fraction | None
    mean_after: Fraction | None
    pass_rate: PassRate | None
    paired_scores: PairedScores | None
    """None where one of the tests is missing, or one is anonymous and the other is not."""


@dataclass(frozen=True)
class ChecklistResults:
    """How many were seen doing each step, and who did all of them."""

    steps: tuple[tuple[SurveyQuestion, CorrectCount], ...]
    completed_registration_ids: tuple[int, ...]
    """Registrations."""
    total: int


def calculate_correct_percent(score: CorrectAndTotal) -> Fraction:
    """Give the percent answered right."""
    return Fraction(100 * score[0], score[1])


def pair_scores(
    before: Iterable[tuple[Hashable, CorrectAndTotal]],
    after: Iterable[tuple[Hashable, CorrectAndTotal]],
    anonymous: bool = False,
) -> PairedScores:
    """Pair results by what stands for a person; one that stands on two results of a test is left out, as is an empty one."""
    before_by_person, after_by_person = group_scores_by_person(before), group_scores_by_person(after)
    ambiguous_people = {
        person
        for person in (*before_by_person, *after_by_person)
        if len(before_by_person.get(person, ())) > 1 or len(after_by_person.get(person, ())) > 1
    }
    ambiguous_people.discard("")
    paired_people = [
        person
        for person in before_by_person
        if person in after_by_person and person not in ambiguous_people and person != ""
    ]
    unpaired_by_test = tuple(
        sum(len(scores) for scores in group.values()) - len(paired_people)
        for group in (before_by_person, after_by_person)
    )
    ambiguous_count = sum(
        len(group.get(person, ())) for group in (before_by_person, after_by_person) for person in ambiguous_people
    )
    pairs = tuple((before_by_person[person][0], after_by_person[person][0]) for person in paired_people)
    return PairedScores(
        pairs,
        sum(unpaired_by_test) - ambiguous_count,
        ambiguous_count,
        (unpaired_by_test[0], unpaired_by_test[1]),
        anonymous,
    )


def group_scores_by_person(scores: Iterable[tuple[Hashable, CorrectAndTotal]]) -> dict[Hashable, list[CorrectAndTotal]]:
    """Give the results of each person; tests without a right answer are none."""
    scores_by_person: dict[Hashable, list[CorrectAndTotal]] = {}
    for person, score in scores:
        if score[1]:
            scores_by_person.setdefault(person, []).append(score)
    return scores_by_person


def normalise_participant_code(questions: Iterable[SurveyQuestion], answers: Mapping[str, object]) -> str:
    """Give a participant's own code as it is compared: case, look-alike letters and blanks do not count."""
    key = next((question.key for question in questions if question.kind == SurveyQuestionKind.CODE), "")
    return fold_text(str(answers.get(key) or "")).replace(" ", "")


def calculate_learning_gain(session: Session, survey: Survey, seminar_surveys: Sequence[Survey]) -> LearningGain | None:
    """Say what a test tells, with its counterpart among the seminar's surveys; None where it is no test."""
    if survey.purpose not in TEST_PURPOSES:
        return None
    before, after = find_test_pair(survey, seminar_surveys)
    answers_by_test = [list_visible_test_answers(session, test) for test in (before, after)]
    correct_before, correct_after = (
        count_correct_answers(test_answers, survey.anonymous) for test_answers in answers_by_test
    )
    questions = {
        question.key: question
        for test_answers in reversed(answers_by_test)
        for version in test_answers
        for question in version.questions
    }
    items = tuple(
        QuestionComparison(question, correct_before.get(key), correct_after.get(key))
        for key, question in questions.items()
        if key in correct_before or key in correct_after
    )
    means = [calculate_mean_score(test_answers) for test_answers in answers_by_test]
    pass_rate = calculate_pass_rate(answers_by_test[1], survey.seminar.pass_mark)
    return LearningGain(before, after, items, means[0], means[1], pass_rate, pair_tests(session, before, after))


def find_test_pair(survey: Survey, surveys: Sequence[Survey]) -> tuple[Survey | None, Survey | None]:
    """Find the test before and the test after that belong together.

    An anonymous test belongs to one other: the pairs of two would differ by so few that these were known.
    """
    counterpart = find_matching_test(survey, surveys)
    if (
        counterpart
        and counterpart.anonymous
        and survey.anonymous
        and find_matching_test(counterpart, surveys) != survey
    ):
        counterpart = None
    return (survey, counterpart) if survey.purpose == SurveyPurpose.PRE_TEST else (counterpart, survey)


def find_matching_test(survey: Survey, surveys: Sequence[Survey]) -> Survey | None:
    """Find the counterpart of a test: of those that are anonymous as it is, if there are any, the nearest by number."""
    wanted_purpose = SurveyPurpose.POST_TEST if survey.purpose == SurveyPurpose.PRE_TEST else SurveyPurpose.PRE_TEST
    candidates = [candidate for candidate in surveys if candidate.purpose == wanted_purpose]
    return min(
        candidates,
        key=lambda candidate: (candidate.anonymous != survey.anonymous, abs(candidate.number - survey.number)),
        default=None,
    )


def list_visible_test_answers(session: Session, survey: Survey | None) -> list[VersionAnswers]:
    """Give what was answered to a test, nothing where so few answered without a name that it may not be broken down."""
    versions = list_version_answers(session, survey) if survey else []
    is_too_few = (
        survey is not None and survey.anonymous and sum(len(version.answers) for version in versions) < MIN_GROUP_SIZE
    )
    return [] if is_too_few else versions


def count_correct_answers(versions: Sequence[VersionAnswers], anonymous: bool) -> dict[str, CorrectCount]:
    """Count for each question of a test who answered it right; no answer is not right.

    A question that so few answered without a name that their answers are not shown is left out.
    """
    answers_by_question: dict[str, list[tuple[SurveyQuestion, object]]] = defaultdict(list)
    for version in versions:
        for question in version.questions:
            if question.has_correct_choice:
                answers_by_question[question.key] += [
                    (question, answers.get(question.key)) for answers in version.answers
                ]
    return {
        key: CorrectCount(sum(is_answer_correct(*answer) for answer in question_answers), len(question_answers))
        for key, question_answers in answers_by_question.items()
        if question_answers
        and not (anonymous and has_small_group([sum(answer is not None for _question, answer in question_answers)]))
    }


def list_test_scores(versions: Iterable[VersionAnswers]) -> list[CorrectAndTotal]:
    """Give the result of each response to a test."""
    scores = [calculate_score(version.questions, answers) for version in versions for answers in version.answers]
    return [(score.correct, score.total) for score in scores if score.total]


def calculate_mean_score(versions: Sequence[VersionAnswers]) -> Fraction | None:
    """Give the mean percent of a test; None where nobody wrote it."""
    results = [calculate_correct_percent(score) for score in list_test_scores(versions)]
    return calculate_mean(results) if results else None


def calculate_pass_rate(versions: Sequence[VersionAnswers], pass_mark: int | None) -> PassRate | None:
    """Count who reached the pass mark; None where there is none or nobody wrote the test."""
    scores = list_test_scores(versions)
    if not pass_mark or not scores:
        return None
    return PassRate(
        sum(is_percent_reached(correct, total, pass_mark) for correct, total in scores), len(scores), pass_mark
    )


def pair_tests(session: Session, before: Survey | None, after: Survey | None) -> PairedScores | None:
    """Pair two tests: by the registration where both have names, by the participants' own codes where neither has."""
    if before is None or after is None or before.anonymous != after.anonymous:
        return None
    if before.anonymous:
        return pair_scores(list_scores_by_code(session, before), list_scores_by_code(session, after), anonymous=True)
    return pair_scores(list_scores_by_registration(session, before), list_scores_by_registration(session, after))


def list_scores_by_code(session: Session, survey: Survey) -> list[tuple[Hashable, CorrectAndTotal]]:
    """Give the results of an anonymous test by the participants' own codes."""
    if survey.sealed_at is None:
        return []
    statement = select(AnonymousResponse).where(AnonymousResponse.survey_id == survey.id)
    questions = {version.id: list_version_questions(version) for version in survey.versions}
    return [
        (
            normalise_participant_code(questions[response.version_id], response.answers),
            calculate_test_score(questions[response.version_id], response.answers),
        )
        for response in session.scalars(statement.order_by(AnonymousResponse.id))
    ]


def list_scores_by_registration(session: Session, survey: Survey) -> list[tuple[Hashable, CorrectAndTotal]]:
    """Give the results of a test with names, by the registration that was kept."""
    questions = {version.id: list_version_questions(version) for version in survey.versions}
    return [
        (registration_id, calculate_test_score(questions[response.version_id], response.answers))
        for registration_id, response in map_responses_by_registration(session, survey).items()
    ]


def calculate_test_score(questions: Sequence[SurveyQuestion], answers: Mapping[str, object]) -> CorrectAndTotal:
    """Give the result of one test."""
    score = calculate_score(questions, answers)
    return score.correct, score.total


def summarise_checklist(session: Session, survey: Survey) -> ChecklistResults | None:
    """Count who was seen doing each step of a checklist; None where the survey is none."""
    if survey.purpose != SurveyPurpose.CHECKLIST or survey.id is None:
        return None
    responses = map_responses_by_registration(session, survey)
    steps_by_version = {
        version.id: list_checklist_steps(list_version_questions(version)) for version in survey.versions
    }
    steps = {step.key: step for version in survey.versions for step in steps_by_version[version.id]}
    step_counts = []
    for key, step in steps.items():
        marks = [response.answers[key] for response in responses.values() if key in response.answers]
        step_counts.append((step, CorrectCount(sum(marks), len(marks))))
    completed_ids = [
        registration_id
        for registration_id, response in responses.items()
        if steps_by_version[response.version_id]
        and all(response.answers.get(step.key) is True for step in steps_by_version[response.version_id])
    ]
    return ChecklistResults(tuple(step_counts), tuple(completed_ids), len(responses))


def list_checklist_steps(questions: Iterable[SurveyQuestion]) -> list[SurveyQuestion]:
    """Give the steps of a checklist: what is answered with yes or no."""
    return [question for question in questions if question.kind == SurveyQuestionKind.YES_NO]
