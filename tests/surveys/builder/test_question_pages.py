"""The pages on which questions are edited: every kind of question, without scripts, and the messages at the wrong fields."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOON, mark_sessions, register_person
from tests.surveys.survey_factories import (
    OVERALL_QUESTION,
    QUESTION_OF_EACH_KIND,
    drop_language,
    make_survey,
    make_text,
)
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.seminars.models import Seminar
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.models import Survey, SurveyPurpose
from trainer.surveys.questions.model import (
    MAX_QUESTIONS_PER_SURVEY,
    OVERALL_KEY,
    OWN_CODE_KEY,
    Choice,
    Condition,
    SurveyQuestion,
    SurveyQuestionKind,
)
from trainer.surveys.responses import record_response

pytestmark = pytest.mark.one_database

TEXT = {"text-kk": "Сұрақ", "text-ru": "Вопрос", "text-en": "Asked thing"}


@pytest.fixture
def survey(session: Session, past_seminar: Seminar) -> Survey:
    """Return a survey with the overall question, not released yet."""
    return make_survey(session, past_seminar, (OVERALL_QUESTION,), released=False, purpose=SurveyPurpose.POST_TEST)


def build_survey_page_path(survey: Survey, page: str = "edit") -> str:
    """Return the path of a page of a survey."""
    return f"/desk/seminars/{survey.seminar_id}/surveys/{survey.number}/{page}"


def list_asked_questions(session: Session, survey: Survey) -> list[SurveyQuestion]:
    """Return the questions of the current version."""
    session.expire_all()
    return list_version_questions(survey.current_version)


def build_choice_fields(name: str, *texts: tuple[str, str]) -> dict[str, str]:
    """Return the form fields of choices or rows, given their Kazakh and Russian texts."""
    return {
        f"{name}-{position}-text-{code}": text
        for position, pair in enumerate(texts)
        for code, text in zip(("kk", "ru"), pair, strict=True)
    }


@pytest.mark.parametrize("kind", list(SurveyQuestionKind))
def test_a_question_of_every_kind_can_be_added_and_saved_again(
    organizer: Visitor, session: Session, survey: Survey, kind: SurveyQuestionKind
) -> None:
    survey.anonymous = kind == SurveyQuestionKind.CODE
    fields: dict[str, Any] = {}
    if kind in ("single", "multiple"):
        fields = build_choice_fields("choices", ("Бірінші", "Первый"), ("Екінші", "Второй")) | {"choices-1-right": "y"}
    if kind == "matrix":
        fields = build_choice_fields("rows", ("Бірінші", "Первый"), ("Екінші", "Второй")) | {"scale": "satisfaction"}
    if kind == "number":
        fields = {"least": "1", "most": "9"}
    if kind != "section":
        fields["required"] = "y"
    organizer.submit(build_survey_page_path(survey, f"edit/new/{kind}"), {**TEXT, **fields}, form="question")
    new = list_asked_questions(session, survey)[-1]
    assert (new.kind, new.text.ru, new.required) == (kind, "Вопрос", kind != "section")
    assert new.key == (OWN_CODE_KEY if kind == "code" else "asked_thing")
    assert [choice.is_correct for choice in new.choices] == ([False, True] if fields.get("choices-1-right") else [])
    assert [row.text.ru for row in new.rows] == (["Первый", "Второй"] if kind == "matrix" else [])
    assert (new.least, new.most) == ((1, 9) if kind == "number" else (None, None))
    organizer.submit(build_survey_page_path(survey, f"edit/question/{new.key}"), form="question")
    assert list_asked_questions(session, survey)[-1] == new
    for page in ("edit", "preview"):
        assert "Сұрақ" in organizer.get(build_survey_page_path(survey, page) + "?lang=kk").words


def test_position_and_condition_of_a_question_are_saved(organizer: Visitor, session: Session, survey: Survey) -> None:
    organizer.submit(build_survey_page_path(survey, "edit/new/yes_no"), {**TEXT, "after": "-"}, form="question")
    assert [question.key for question in list_asked_questions(session, survey)] == ["asked_thing", OVERALL_KEY]
    condition = {"show_if": ["asked_thing=no"], "text-en": "Why", "text-kk": "Неге?"}
    organizer.submit(build_survey_page_path(survey, "edit/new/text"), condition, form="question")
    assert list_asked_questions(session, survey)[-1].show_if == Condition("asked_thing", ("no",))
    page = organizer.submit(
        build_survey_page_path(survey, "edit/question/why?lang=en"),
        {"after": "-", "show_if": ["asked_thing=no"]},
        form="question",
        status=422,
    )
    assert "must come before it" in page.text
    two = {"show_if": ["asked_thing=no", f"{OVERALL_KEY}=1"]}
    page = organizer.submit(
        build_survey_page_path(survey, "edit/question/why?lang=en"), two, form="question", status=422
    )
    assert page.get_error("show_if") == "Tick answers to one question only."


@pytest.mark.parametrize(
    ("kind", "typed", "field", "message"),
    [
        ("text", {"text-kk": ""}, "text-kk", "Enter this in Kazakh or Russian at least."),
        ("text", {"text-kk": "а" * 501}, "text-kk", "Field cannot be longer than 500 characters."),
        ("text", {"text-kk": "<b>"}, "text-kk", "Use plain text, without tags such as <b>."),
        ("single", build_choice_fields("choices", ("Бір", "")), "choices", "Enter at least two choices."),
        ("single", build_choice_fields("choices", ("Бір", ""), ("бір", "")), "choices", "A choice appears twice."),
        ("matrix", {}, "rows", "Enter at least one row."),
        ("number", {"least": "9", "most": "1"}, "most", "The largest number must not be smaller than the smallest."),
        ("number", {"least": "-1", "most": "-2"}, "most", "The largest number must not be smaller than the smallest."),
        ("number", {"least": "-1000000000"}, "least", "Enter a whole number."),
        ("number", {"most": "1e9"}, "most", "Not a valid integer value."),
    ],
)
def test_errors_are_shown_at_their_fields_and_the_input_stays(
    organizer: Visitor, session: Session, survey: Survey, kind: str, typed: dict[str, str], field: str, message: str
) -> None:
    page = organizer.submit(
        build_survey_page_path(survey, f"edit/new/{kind}?lang=en"),
        {"text-kk": "Сұрақ", **typed},
        form="question",
        status=422,
    )
    assert page.get_error(field) == message
    for name, value in typed.items():
        assert page.read_form("question")[1][name] == value
    assert len(list_asked_questions(session, survey)) == 1


def test_adding_and_moving_rows_keeps_the_input(organizer: Visitor, survey: Survey) -> None:
    address = build_survey_page_path(survey, "edit/new/multiple")
    assert "choices-1-text-kk" in organizer.get(address).read_form("question")[1]
    assert "rows-1-text-kk" in organizer.get(build_survey_page_path(survey, "edit/new/matrix")).read_form("question")[1]
    typed = {**TEXT, **build_choice_fields("choices", ("Бір", "Один"), ("Екі", "Два"))}
    page = organizer.submit(address, {**typed, "more": "1"}, form="question", status=200)
    fields = page.read_form("question")[1]
    assert [fields[f"choices-{position}-text-kk"] for position in range(4)] == ["Бір", "Екі", "", ""]
    page = organizer.submit(address, {**typed, "up": "1"}, form="question", status=200)
    fields = page.read_form("question")[1]
    assert [fields[f"choices-{position}-text-ru"] for position in range(2)] == ["Два", "Один"]
    assert fields["text-en"] == "Asked thing"


def test_buttons_move_questions(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, QUESTION_OF_EACH_KIND, released=False)
    for decision in ("up overall", "down about", "up gone"):
        organizer.submit(build_survey_page_path(survey), {"decision": decision}, form="arrange")
    keys = [question.key for question in list_asked_questions(session, survey)]
    assert keys[:3] == [OVERALL_KEY, "useful", "about"]
    organizer.submit(build_survey_page_path(survey), {"decision": "explode"}, form="arrange", status=400)


def test_the_overall_question_is_marked_and_can_be_added_again(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    survey = make_survey(
        session, past_seminar, (OVERALL_QUESTION, QUESTION_OF_EACH_KIND[2]), purpose=SurveyPurpose.SATISFACTION
    )
    assert (
        "The project indicator is calculated from this question"
        in organizer.get(build_survey_page_path(survey, "edit?lang=en")).words
    )
    organizer.submit(build_survey_page_path(survey, f"edit/question/{OVERALL_KEY}/remove"))
    assert (
        "does not count towards the project indicator"
        in organizer.get(build_survey_page_path(survey, "edit?lang=en")).words
    )
    organizer.submit(build_survey_page_path(survey), {"decision": "overall"}, form="arrange")
    assert [question.key for question in list_asked_questions(session, survey)] == [OVERALL_KEY, "useful"]


def test_the_page_explains_and_links_answered_versions(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,))
    person = register_person(session, past_seminar)
    mark_sessions(session, person, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    record_response(session, survey, person, {"overall": 5}, "kk", NOON)
    assert "Any change creates a new version" in organizer.get(build_survey_page_path(survey, "edit?lang=en")).words
    changed = {"text-kk": "Басқаша", "text-ru": "", "text-en": ""}
    organizer.submit(build_survey_page_path(survey, f"edit/question/{OVERALL_KEY}"), changed, form="question")
    assert "Басқаша" in organizer.get(build_survey_page_path(survey)).words
    page = organizer.get(build_survey_page_path(survey, "edit?lang=kk"))
    assert build_survey_page_path(survey, "versions/1") in page.list_links()
    assert "overall қаз" in organizer.get(build_survey_page_path(survey, "versions/1")).words
    organizer.get(build_survey_page_path(survey, "versions/7"), status=404)


def test_an_answered_anonymous_survey_and_a_closed_one_explain_why_they_cannot_change(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), anonymous=True)
    person = register_person(session, past_seminar)
    page = organizer.get(build_survey_page_path(survey, "edit/new/text"))
    record_response(session, survey, person, {"overall": 5}, "kk", NOON)
    refused_page = organizer.post(
        build_survey_page_path(survey, "edit/new/text?lang=en"), {**page.read_form("question")[1], **TEXT}, status=422
    )
    assert "who answered before" in refused_page.text
    assert refused_page.read_form("question")[1]["text-en"] == "Asked thing"
    builder_page = organizer.get(build_survey_page_path(survey, "edit?lang=en"))
    assert "who answered before" in builder_page.words
    assert "Remove" not in builder_page.words
    survey.closed_at = NOON
    assert "The survey is closed" in organizer.get(build_survey_page_path(survey, "edit?lang=en")).words


def test_the_second_of_two_organizers_sees_the_conflict_and_keeps_the_input(
    organizer: Visitor, session: Session, survey: Survey
) -> None:
    address = build_survey_page_path(survey, f"edit/question/{OVERALL_KEY}")
    opened = organizer.get(address).read_form("question")[1]
    organizer.submit(address, {"text-kk": "Алдымен"}, form="question")
    page = organizer.post(address + "?lang=en", {**opened, "text-kk": "Кейін"}, status=409)
    assert "Someone else has changed this in the meantime" in page.text
    assert "Қазақша: Алдымен" in page.text
    assert page.read_form("question")[1]["text-kk"] == "Кейін"
    assert list_asked_questions(session, survey)[0].text.kk == "Алдымен"


def test_a_question_is_previewed_while_it_is_edited(organizer: Visitor, session: Session, survey: Survey) -> None:
    page = organizer.get(build_survey_page_path(survey, "edit/new/single"))
    typed = {**page.read_form("question")[1], **TEXT, **build_choice_fields("choices", ("Бірінші", "Первый"), ("", ""))}
    session.commit()
    answer = organizer.client.post(
        build_survey_page_path(survey, "preview/single"), data={**typed, "preview-language": "ru"}
    )
    assert answer.status_code == 200
    assert "Вопрос" in answer.text
    assert "Первый" in answer.text
    assert 'type="radio"' in answer.text
    assert len(list_asked_questions(session, survey)) == 1
    assert organizer.client.post(build_survey_page_path(survey, "preview/poem"), data=typed).status_code == 404


def test_the_personal_code_is_not_offered_in_a_survey_with_names(organizer: Visitor, survey: Survey) -> None:
    assert (
        build_survey_page_path(survey, "edit/new/code")
        not in organizer.get(build_survey_page_path(survey)).list_links()
    )
    page = organizer.submit(build_survey_page_path(survey, "edit/new/code?lang=en"), TEXT, form="question", status=422)
    assert "it would reveal whose anonymous answers are whose" in page.text


def test_the_personal_code_is_offered_once(organizer: Visitor, session: Session, survey: Survey) -> None:
    survey.anonymous = True
    session.commit()
    assert build_survey_page_path(survey, "edit/new/code") in organizer.get(build_survey_page_path(survey)).list_links()
    organizer.submit(build_survey_page_path(survey, "edit/new/code"), TEXT, form="question")
    assert (
        build_survey_page_path(survey, "edit/new/code")
        not in organizer.get(build_survey_page_path(survey)).list_links()
    )
    page = organizer.submit(build_survey_page_path(survey, "edit/new/code?lang=en"), TEXT, form="question", status=422)
    assert "already" in page.text


def test_changing_the_ready_made_survey_stores_it(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    address = f"/desk/seminars/{past_seminar.id}/surveys/1/edit"
    organizer.get(address)
    assert session.scalars(select(Survey)).all() == []
    organizer.submit(f"{address}/new/text", TEXT, form="question")
    survey = session.scalars(select(Survey)).one()
    assert (survey.number, survey.released, list_asked_questions(session, survey)[-1].key) == (1, True, "asked_thing")


def test_the_page_stays_small_with_the_maximum_number_of_questions(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    text = make_text("Оқытуда алған білімім мен дағдыларымды күнделікті жұмысымда қолдана аламын")
    choices = tuple(Choice(f"c{position}", text) for position in range(8))
    most = tuple(
        SurveyQuestion(f"q{position}", SurveyQuestionKind.SINGLE, text, required=True, choices=choices)
        for position in range(MAX_QUESTIONS_PER_SURVEY)
    )
    survey = make_survey(session, past_seminar, most, released=False)
    page = organizer.get(build_survey_page_path(survey) + "?lang=en")
    kazakh = [drop_language(drop_language(question, "ru"), "en") for question in most]
    untranslated = make_survey(session, past_seminar, kazakh, number=3, released=False)
    assert "and 40 more questions" in organizer.get(build_survey_page_path(untranslated) + "?lang=en").words
    assert organizer.get(build_survey_page_path(untranslated, "release")).text.count("#text-ru") == len(most)
    for question in most:
        assert build_survey_page_path(survey, f"edit/question/{question.key}") in page.list_links()
    assert "only their text is shown" in page.words and "One of several choices" in page.words
    survey.versions[0].questions = [question.to_json() for question in most[:30]]
    session.commit()
    page = organizer.get(build_survey_page_path(survey) + "?lang=en")
    assert "only their text is shown" not in page.words
    assert "q_q29" in {field.get("name") for field in page.find_all("input")}


def test_switching_the_language_keeps_the_question_form(organizer: Visitor, session: Session, survey: Survey) -> None:
    questions = list_asked_questions(session, survey)
    for page in ("edit/new/short_text", f"edit/question/{questions[-1].key}"):
        shown = organizer.submit(
            build_survey_page_path(survey, page), {"text-kk": "Жаңа сұрақ", "switch": "ru"}, status=200
        )
        assert (shown.language, shown.get_value("text-kk")) == ("ru", "Жаңа сұрақ")
        assert 'name="switch"' in shown.text
    assert list_asked_questions(session, survey) == questions


def test_a_question_answered_while_it_is_edited_keeps_its_key(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    survey, aigul = make_survey(session, past_seminar), register_person(session, past_seminar)
    session.commit()
    key = list_asked_questions(session, survey)[-1].key
    address = build_survey_page_path(survey, f"edit/question/{key}")
    opened = organizer.get(address).read_form("question")[1]
    record_response(session, survey, aigul, {OVERALL_KEY: 5}, "kk", NOON)
    session.commit()
    organizer.post(address, {**opened, "text-kk": "Қатесіз"}, status=303)
    assert [(question.key, question.text.kk) for question in list_asked_questions(session, survey)][-1] == (
        key,
        "Қатесіз",
    )


@pytest.mark.parametrize("kind", [SurveyQuestionKind.TEXT, SurveyQuestionKind.SINGLE, SurveyQuestionKind.MATRIX])
def test_what_was_typed_for_a_question_that_somebody_removed_can_be_added_as_a_new_one(
    organizer: Visitor, session: Session, past_seminar: Seminar, kind: SurveyQuestionKind
) -> None:
    question = next(question for question in QUESTION_OF_EACH_KIND if question.kind == kind)
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION, question), released=False)
    session.commit()
    address = build_survey_page_path(survey, f"edit/question/{question.key}")
    opened = organizer.get(address).read_form("question")[1]
    organizer.submit(f"{address}/remove")
    page = organizer.post(f"{address}?lang=en", {**opened, "text-kk": "Кейін"}, status=409)
    assert "Someone else has removed this question in the meantime." in page.words
    assert [each.key for each in list_asked_questions(session, survey)] == [OVERALL_KEY], "nothing is saved yet"
    action, fields = page.read_form("question")
    assert fields["text-kk"] == "Кейін"
    organizer.post(action, fields)
    added = list_asked_questions(session, survey)[-1]
    assert (added.kind, added.text.kk, len(added.choices)) == (kind, "Кейін", len(question.choices))


def test_a_removed_question_of_which_nothing_was_typed_leads_back_to_the_list(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    survey = make_survey(session, past_seminar, released=False)
    session.commit()
    address = build_survey_page_path(survey, f"edit/question/{list_asked_questions(session, survey)[-1].key}")
    organizer.submit(f"{address}/remove")
    sent = organizer.get(f"{address}?lang=en", status=303)
    assert sent.location == build_survey_page_path(survey)
    assert "Another person has changed this question since you opened it" in organizer.follow(sent).words
