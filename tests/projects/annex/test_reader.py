"""Reading the contract's annex: equal to the plan that was written down from it by hand, and other forms of the same annex."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.factories import load_contract_plan
from tests.projects.word_files import (
    RUSSIAN_HEADINGS,
    write_annex,
    write_cell,
    write_document,
    write_paragraph,
    write_row,
    write_run,
    write_table,
)
from trainer.projects.annex.reader import read_annex

ANNEX = Path(__file__).parents[1] / "data" / "annex3.docx"
PERIOD = "2025 жылғы 1 мамыр – 31 қазан"


def list_read_activities(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the activities of a plan."""
    return [activity for task in plan["tasks"] for activity in task["activities"]]


def list_pairs(plan: dict[str, Any], activity: int = 0, language: str = "kk") -> list[tuple[str, str]]:
    """Return names and planned values of an activity."""
    indicators = list_read_activities(plan)[activity]["indicators"]
    return [(indicator["name"].get(language, ""), indicator[f"planned_text_{language}"]) for indicator in indicators]


def test_the_contracts_annex_equals_the_plan_written_down_by_hand() -> None:
    read, written = read_annex(ANNEX.read_bytes()), load_contract_plan()
    assert [len(read["tasks"]), len(list_read_activities(read))] == [8, 14]
    for task, planned_task in zip(read["tasks"], written["tasks"], strict=True):
        for name in ("id", "number", "section"):
            assert task[name] == planned_task[name]
        assert task["title"]["kk"] == planned_task["title"]["kk"]
    for activity, planned in zip(list_read_activities(read), list_read_activities(written), strict=True):
        for name in ("id", "number", "start", "end"):
            assert activity[name] == planned[name]
        assert (activity["title"]["kk"], activity["place"]["kk"]) == (planned["title"]["kk"], planned["place"]["kk"])
        rows, planned_rows = activity["indicators"], planned["indicators"]
        for row, planned_row in zip(rows, planned_rows, strict=True):
            printed = (row["id"], row["name"]["kk"], row["planned_text_kk"])
            assert printed == (planned_row["id"], planned_row["name"]["kk"], planned_row["planned_text_kk"])
    assert sum(len(activity["indicators"]) for activity in list_read_activities(read)) == 71


def test_the_first_and_the_last_block_of_the_annex_are_read() -> None:
    read, written = read_annex(ANNEX.read_bytes()), load_contract_plan()
    for name in ("title", "goal", "region", "grantee", "priority_direction", "target_group"):
        assert read["project"][name]["kk"] == written["project"][name]["kk"]
    assert read["project"]["period"] == written["project"]["period"]
    results = [result["kk"] for result in written["project"]["expected_results"]]
    assert [result["kk"] for result in read["project"]["expected_results"]] == results
    figures = read["social_impact"]["indicators"]
    for figure, planned in zip(figures, written["social_impact"]["indicators"], strict=True):
        for name in ("id", "planned_text_kk", "unit_kk"):
            assert figure[name] == planned[name]
        assert figure["name"]["kk"] == planned["name"]["kk"]


def test_every_indicator_names_its_table_and_row() -> None:
    activity = list_read_activities(read_annex(ANNEX.read_bytes()))[1]
    assert activity["indicators"][3]["source"] == {
        "table": 2,
        "row": 3,
        "name": "Фотосуреттер / Бейнероликтер",
        "value": "10/1 скриншот",
    }


def test_a_row_that_is_cut_by_the_end_of_a_page_is_one_activity() -> None:
    content = write_annex(
        ("1. Семинар", "Ақтау", ["Тізім", "Толтырылған сауалнамалардың"], ["1 тізім"], PERIOD),
        ("", "", ["көшірмелері", "Фото"], ["1 жүктеме", "Кемінде 10"], ""),
        ("2. Курс", "Ақтау", ["Видео"], ["1"], PERIOD),
    )
    read = read_annex(content)
    assert len(list_read_activities(read)) == 2
    assert list_pairs(read) == [
        ("Тізім", "1 тізім"),
        ("Толтырылған сауалнамалардың көшірмелері", "1 жүктеме"),
        ("Фото", "Кемінде 10"),
    ]
    assert list_read_activities(read)[0]["is_paired_doubtfully"]
    assert not list_read_activities(read)[1]["is_paired_doubtfully"]


def test_a_table_may_go_on_after_the_end_of_a_page_with_and_without_its_headings() -> None:
    headings = write_row("Іс-шара", "Орны", "Көрсеткіштер", "Жоспар", "Мерзімі")
    for repeated in ("", headings):
        read = read_annex(
            write_document(
                write_paragraph("Міндет 1. Үйрету"),
                write_table(headings, write_row("1. Семинар", "Ақтау", "Фото", "5", PERIOD)),
                write_table(repeated, write_row("2. Курс", "Ақтау", "Видео", "2", PERIOD)),
            )
        )
        assert [task["title"]["kk"] for task in read["tasks"]] == ["Үйрету"]
        assert [activity["id"] for activity in list_read_activities(read)] == ["T1.A1", "T1.A2"]


def test_merged_cells_and_a_row_for_each_indicator_are_read_as_one_activity() -> None:
    start, more = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    read = read_annex(
        write_document(
            write_paragraph("1-міндет: Үйрету"),
            write_table(
                write_row("Іс-шара", "Орны", "Көрсеткіштер", "Жоспар", "Мерзімі"),
                write_row(
                    write_cell("Семинар", start), write_cell("Ақтау", start), "Фото", "5", write_cell(PERIOD, start)
                ),
                write_row(write_cell("", more), write_cell("", more), "Видео", "2", write_cell("", more)),
                write_row(
                    write_cell("Курс", start), write_cell("Орал", start), "Тізім", "1", write_cell("мамыр 2025", start)
                ),
            ),
        )
    )
    assert list_pairs(read) == [("Фото", "5"), ("Видео", "2")]
    assert [activity["title"]["kk"] for activity in list_read_activities(read)] == ["Семинар", "Курс"]
    assert list_read_activities(read)[1]["end"] == date(2025, 5, 31)


def test_a_task_may_stand_in_a_row_across_its_table() -> None:
    across = '<w:gridSpan w:val="5"/>'
    read = read_annex(
        write_document(
            write_paragraph("Жоспар"),
            write_table(
                write_row("Іс-шара", "Орны", "Көрсеткіштер", "Жоспар", "Мерзімі"),
                write_row(write_cell("1 міндет. Үйрету", across)),
                write_row("1. Семинар", "Ақтау", "Фото", "5", PERIOD),
                write_row(write_cell("2 міндет. Тарату", across)),
                write_row("1. Баннер", "Ақтау", "Баннер", "1", PERIOD),
            ),
        )
    )
    assert [(task["id"], task["title"]["kk"]) for task in read["tasks"]] == [("T1", "Үйрету"), ("T2", "Тарату")]


def test_a_russian_annex_is_read_into_russian_texts() -> None:
    read = read_annex(
        write_document(
            write_paragraph("Задача 1. Обучение"),
            write_table(
                write_row(*RUSSIAN_HEADINGS),
                write_row(
                    "1. Семинар", "г. Актау", ["Фото", "Видео"], ["не менее 5", "2"], "с 1 мая по 31 октября 2025 г."
                ),
            ),
            write_paragraph("В соответствии с требованиями договора: информирование"),
            write_table(
                write_row(*RUSSIAN_HEADINGS), write_row("Публикации", "СМИ", ["Пост"], ["3"], "май–июнь 2025 года")
            ),
        )
    )
    assert [(task["id"], task["section"]) for task in read["tasks"]] == [("T1", "task"), ("C1", "contract_requirement")]
    assert list_pairs(read, language="ru") == [("Фото", "не менее 5"), ("Видео", "2")]
    assert list_read_activities(read)[0]["end"] == date(2025, 10, 31)


def test_tracked_changes_are_read_as_if_they_were_accepted() -> None:
    changed = f"<w:p><w:del>{write_run('3')}</w:del><w:ins>{write_run('5 фото')}</w:ins></w:p>"
    deleted = write_row("2. Курс", "Ақтау", "Видео", "1", PERIOD, properties="<w:del/>")
    read = read_annex(
        write_document(
            write_paragraph("1 міндет. Үйрету"),
            write_table(
                write_row("Іс-шара", "Орны", "Көрсеткіштер", "Жоспар", "Мерзімі"),
                write_row("1. Семинар", "Ақтау", "Фото", write_cell(changed), PERIOD),
                deleted,
            ),
        )
    )
    assert read["has_tracked_changes"]
    assert list_pairs(read) == [("Фото", "5 фото")]
    assert len(list_read_activities(read)) == 1


def test_text_boxes_footnotes_and_hidden_text_do_not_disturb() -> None:
    footnote = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>4</w:t></w:r>'
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>0</w:t></w:r>"
    box = f"<w:txbxContent>{write_paragraph('1 міндет. Үйрету')}</w:txbxContent>"
    choices = f"<mc:Choice><w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
    shape = f"<w:r><mc:AlternateContent>{choices}</mc:AlternateContent></w:r>"
    read = read_annex(
        write_document(
            write_paragraph(content=shape),
            write_table(
                write_row("Іс-шара", "Орны", "Көрсеткіштер", "Жоспар", "Мерзімі"),
                write_row(
                    "1. Семинар",
                    "Ақтау",
                    "Фото",
                    write_cell(write_paragraph(content=write_run("5") + footnote + hidden)),
                    PERIOD,
                ),
            ),
        )
    )
    assert read["tasks"][0]["title"]["kk"] == "Үйрету"
    assert list_pairs(read) == [("Фото", "5")]


def test_numbers_of_lists_line_breaks_and_nested_tables_are_read_as_seen() -> None:
    title = write_cell(write_paragraph("Семинар", is_numbered=True))
    nested = write_cell(write_table(write_row("5 фото"), write_row("2")) + write_paragraph())
    read = read_annex(
        write_document(
            write_paragraph("1 міндет. Үйрету"),
            write_table(
                write_row("Іс-шара", "Орны", "Көрсеткіштер", "Жоспар", "Мерзімі"),
                write_row(title, "Ақтау", "Фото\nВидео", nested, PERIOD),
                write_row("", "", "", "", ""),
                write_row(write_cell(write_paragraph("Курс", is_numbered=True)), "Ақтау", "Тізім", "1", PERIOD),
            ),
        )
    )
    assert [activity["title"]["kk"] for activity in list_read_activities(read)] == ["Семинар", "Курс"]
    assert list_pairs(read) == [("Фото", "5 фото"), ("Видео", "2")]


@pytest.mark.parametrize(("names", "values"), [(["Фото", "Видео", "Баннер"], ["5", "2"]), (["Фото"], ["5", "2"])])
def test_other_numbers_of_names_than_of_values_leave_a_gap_and_a_doubt(names: list[str], values: list[str]) -> None:
    read = read_annex(write_annex(("1. Семинар", "Ақтау", names, values, PERIOD)))
    assert list_read_activities(read)[0]["is_paired_doubtfully"]
    pairs = list_pairs(read)
    assert len(pairs) == max(len(names), len(values))
    assert pairs[-1] in (("Баннер", ""), ("", "2"))
    assert pairs[0] == ("Фото", "5")


def test_a_period_that_can_not_be_read_is_left_open_with_its_text() -> None:
    read = read_annex(write_annex(("1. Семинар", "Ақтау", ["Фото"], ["5"], "күзде")))
    activity = list_read_activities(read)[0]
    assert (activity["start"], activity["end"], activity["period_text"]) == (None, None, "күзде")
