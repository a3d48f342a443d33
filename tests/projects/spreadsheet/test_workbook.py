"""Plans as workbooks: what is written is read again, the template can be filled in, and problems name sheet, row and column."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy.orm import Session

from tests.factories import load_contract_plan
from trainer.documents.upload_limits import TableUnreadable
from trainer.language import LANGUAGES
from trainer.projects.guesses.entries import list_plan_indicators
from trainer.projects.importing.files import read_plan_file
from trainer.projects.models import Project
from trainer.projects.plan import PlanInvalid
from trainer.projects.spreadsheet.reader import read_plan_workbook
from trainer.projects.spreadsheet.template import render_plan_workbook

pytestmark = pytest.mark.one_database


@pytest.fixture
def context(app: Flask) -> Any:
    """Run a test in an application context, in which names can be translated."""
    with app.app_context():
        yield


def fill_template(fill: Callable[[Any], None], language: str = "ru") -> bytes:
    """Return the template of a language after a person has filled it in."""
    with force_locale(language):
        book = openpyxl.load_workbook(io.BytesIO(render_plan_workbook(None, "Plan")))
    fill(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def fill_small_plan(book: Any) -> None:
    """Fill in a plan with one indicator, of which only words are given."""
    project, tasks, activities, indicators = book.worksheets[:4]
    for row, text in ((2, "Школа"), (3, "Объединение"), (4, "Центр")):
        project.cell(row, 3, text)
    project.cell(7, 2, "01.05.2025")
    project.cell(8, 2, "31.10.2025")
    project.cell(9, 2, "Asia/Almaty")
    tasks.append(["T1", "Задача", "", "Обучение", ""])
    activities.append(["T1.A1", "T1", "", "Семинар", "", "", "Актау", "", "01.05.2025", "31.05.2025", "Семинары"])
    indicators.append(["T1.A1.I1", "T1.A1", "", "Фотографии", "", "", "не менее 5 фото", ""])


def list_problems(content: bytes) -> list[str]:
    """Return the problems of a workbook, in Russian."""
    with force_locale("ru"), pytest.raises(PlanInvalid) as invalid:
        read_plan_workbook(content)
    return invalid.value.problems


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_contracts_plan_written_in_any_language_is_read_again(
    session: Session, project: Project, language: str
) -> None:
    with force_locale(language):
        content = render_plan_workbook(project, "Plan")
    plan, written = read_plan_file(content), load_contract_plan()
    assert plan["doubts"] == []
    assert [task["id"] for task in plan["tasks"]] == [task["id"] for task in written["tasks"]]
    names = ("comparator", "value", "unit", "per")
    for read, planned in zip(list_plan_indicators(plan), list_plan_indicators(written), strict=True):
        assert (read["id"], read["kind"], read["evidence"]) == (planned["id"], planned["kind"], planned["evidence"])
        targets = [{name: target[name] for name in names} for target in planned["planned"]]
        assert [{name: target[name] for name in names} for target in read["planned"]] == targets
        assert read["is_confirmed"]
    assert [result["linked"] for result in plan["project"]["expected_results"]] == [
        result["linked"] for result in written["project"]["expected_results"]
    ]
    assert plan["is_project_confirmed"]
    assert plan["project"]["period"] == written["project"]["period"]


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_is_filled_in_and_what_stays_empty_is_guessed(language: str) -> None:
    plan = read_plan_file(fill_template(fill_small_plan, language), "plan.xlsx")
    [indicator] = list_plan_indicators(plan)
    assert (indicator["kind"], indicator["evidence"]) == ("photo", "uploaded")
    assert indicator["planned"] == [{"comparator": "at_least", "value": 5, "unit": "photo", "per": "project"}]
    assert plan["is_project_confirmed"]
    assert plan["tasks"][0]["activities"][0]["event_type"] == "seminar"


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    ("sheet", "cell", "value", "place"),
    [
        (1, "A2", "", "лист «Задачи», строка 2, столбец A"),
        (1, "D2", "", "лист «Задачи», строка 2, столбец C"),
        (1, "B2", "Этап", "лист «Задачи», строка 2, столбец B"),
        (2, "B2", "T9", "лист «Мероприятия», строка 2, столбец B"),
        (2, "I2", "осенью", "лист «Мероприятия», строка 2, столбец I"),
        (2, "J2", "01.04.2025", "лист «Мероприятия», строка 2, столбец J"),
        (2, "L2", "два", "лист «Мероприятия», строка 2, столбец L"),
        (3, "B2", "T1.A9", "лист «Индикаторы», строка 2, столбец B"),
        (3, "I2", "Снимки", "лист «Индикаторы», строка 2, столбец I"),
        (3, "L2", "много", "лист «Индикаторы», строка 2, столбец L"),
        (3, "L2", "7", "лист «Индикаторы», строка 2, столбец M"),
        (0, "B9", "Asia/Atlantis", "лист «Проект», строка 9"),
        (0, "B7", "весной", "лист «Проект», строка 7"),
    ],
)
def test_a_problem_is_named_with_sheet_row_and_column_in_the_language_of_the_page(
    sheet: int, cell: str, value: str, place: str
) -> None:
    def fill(book: Any) -> None:
        fill_small_plan(book)
        book.worksheets[sheet][cell] = value or None

    content = fill_template(fill)
    problems = list_problems(content)
    assert any(problem.startswith(place) for problem in problems), problems


@pytest.mark.usefixtures("context")
def test_a_workbook_that_is_no_plan_is_refused() -> None:
    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    assert len(list_problems(file.getvalue())) == 1
    with pytest.raises(TableUnreadable):
        read_plan_file(b"\xd0\xcf\x11\xe0" + bytes(20), "plan.xls")


@pytest.mark.usefixtures("context")
def test_many_problems_are_not_all_listed() -> None:
    def fill(book: Any) -> None:
        fill_small_plan(book)
        for _row in range(150):
            book.worksheets[1].append(["T1"])

    assert len(list_problems(fill_template(fill))) == 101
