"""Survey templates: complete in three languages, with the same overall question, and tests with one correct answer each."""

import re

import pytest

from trainer.language import LANGUAGES
from trainer.language.translated import Translated
from trainer.seminars.models import Seminar
from trainer.surveys.models import TEST_PURPOSES, SurveyPurpose
from trainer.surveys.questions.model import OVERALL_KEY, OWN_CODE_KEY, SurveyQuestionKind, list_question_problems
from trainer.surveys.questions.templates import (
    SurveyTemplate,
    get_satisfaction_template,
    list_trainer_names,
    load_survey_templates,
)

pytestmark = pytest.mark.one_database

ALL_TEMPLATES = list(load_survey_templates().values())
WORDS_FOR_THE_ORGANIZER = re.compile(
    "дәрігер қарауы|до применения|проверить врач|physician must|review|before use", re.I
)


def list_template_texts(template: SurveyTemplate) -> list[Translated]:
    """Return the texts of a template that participants or trainers see."""
    texts = [template.title, *(question.text for question in template.questions)]
    return texts + [choice.text for question in template.questions for choice in (*question.choices, *question.rows)]


def test_what_a_physician_has_to_review_is_said_to_the_organizer_alone() -> None:
    for template in ALL_TEMPLATES:
        is_medical = template.purpose in (*TEST_PURPOSES, SurveyPurpose.CHECKLIST)
        assert set(template.organizer_note.to_mapping()) == (set(LANGUAGES) if is_medical else set()), template.name
        for text in list_template_texts(template):
            for words in text.to_mapping().values():
                assert not WORDS_FOR_THE_ORGANIZER.search(words), (template.name, words)
        for note in template.organizer_note.to_mapping().values():
            assert WORDS_FOR_THE_ORGANIZER.search(note)


@pytest.mark.parametrize("template", ALL_TEMPLATES, ids=lambda template: template.name)
def test_every_template_is_complete_in_each_language(template: SurveyTemplate) -> None:
    assert list_question_problems(template.questions) == []
    for text in list_template_texts(template):
        assert set(text.to_mapping()) == set(LANGUAGES)
        assert len(set(text.to_mapping().values())) == 3, text
    assert all(question.kind != SurveyQuestionKind.NPS for question in template.questions)


def test_there_is_a_template_for_each_purpose_and_audience() -> None:
    assert set(load_survey_templates()) == {
        *(f"satisfaction-{audience}" for audience in ("medical-worker", "personal-assistant", "anyone")),
        *(
            f"{kind}-test-{audience}"
            for kind in ("pre", "post")
            for audience in ("medical-worker", "personal-assistant")
        ),
        "skills",
        "follow-up",
        "trip",
        "project",
    }
    assert {name: template.target for name, template in load_survey_templates().items() if template.target != 70} == {
        "trip": 100
    }
    assert [name for name, template in load_survey_templates().items() if template.for_project] == ["project"]


@pytest.mark.parametrize(
    "template",
    [
        template
        for template in ALL_TEMPLATES
        if template.purpose in (SurveyPurpose.SATISFACTION, SurveyPurpose.FOLLOW_UP)
    ],
)
def test_satisfaction_and_follow_up_templates_have_the_overall_question(template: SurveyTemplate) -> None:
    [overall] = [question for question in template.questions if question.key == OVERALL_KEY]
    assert (overall.kind, overall.required) == (SurveyQuestionKind.SATISFACTION, True)


@pytest.mark.parametrize(
    "template",
    [template for template in ALL_TEMPLATES if template.purpose in TEST_PURPOSES],
    ids=lambda template: template.name,
)
def test_every_test_question_has_one_correct_choice(template: SurveyTemplate) -> None:
    _introduction, *questions = template.questions
    assert len(questions) >= 11
    assert all(
        sum(choice.is_correct for choice in question.choices) == 1 and len(question.choices) == 4
        for question in questions
    )
    positions = {[choice.is_correct for choice in question.choices].index(True) for question in questions}
    assert len(positions) == 4  # the correct answer is at every position


def test_the_pre_test_and_the_post_test_have_the_same_questions() -> None:
    for audience in ("medical-worker", "personal-assistant"):
        before, after = (load_survey_templates()[f"{when}-test-{audience}"] for when in ("pre", "post"))
        assert before.questions == after.questions
        assert before.title != after.title


def test_each_audience_has_three_skill_questions_of_its_own(past_seminar: Seminar) -> None:
    trainers_question = {}
    for audience in ("medical_worker", "personal_assistant", "drivers", ""):
        past_seminar.audience = audience
        keys = [question.key for question in get_satisfaction_template(past_seminar).questions]
        trainers_question[audience] = {key for key in keys if key.startswith("confidence")}
    assert [len(keys) for keys in trainers_question.values()] == [3, 3, 1, 1]
    assert not trainers_question["medical_worker"] & trainers_question["personal_assistant"]


def test_several_trainers_become_rows_of_a_matrix(past_seminar: Seminar) -> None:
    template = get_satisfaction_template(past_seminar)
    for trainers, rows in (("", 0), ("А. Омарова", 0), ("А. Омарова; Е. Қалиев;", 2), ("А. Омарова, А. Омарова", 0)):
        past_seminar.trainers = trainers
        [trainers_question] = [
            question
            for question in template.build_questions(past_seminar, anonymous=False)
            if question.key == "trainers"
        ]
        assert len(trainers_question.rows) == rows
        assert list_question_problems(template.build_questions(past_seminar, anonymous=False)) == []
    past_seminar.trainers = ",".join(f"Т{number}" for number in range(100))
    assert len(list_trainer_names(past_seminar)) == 30


def test_only_an_anonymous_test_asks_for_the_personal_code(past_seminar: Seminar) -> None:
    template = load_survey_templates()["pre-test-medical-worker"]
    assert template.build_questions(past_seminar, anonymous=True)[0].key == OWN_CODE_KEY
    assert OWN_CODE_KEY not in [question.key for question in template.build_questions(past_seminar, anonymous=False)]
    assert OWN_CODE_KEY not in [
        question.key for question in load_survey_templates()["trip"].build_questions(past_seminar, anonymous=True)
    ]
