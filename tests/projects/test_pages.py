"""Pages of projects: uploading and viewing a plan, editing the organisation's data."""

import re
from itertools import chain, combinations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.page import Page
from tests.projects.factories import INDICATOR, SMALL_PLAN, dump_yaml
from tests.projects.importing.uploads import choose_proposed, get_stored_draft, upload_plan_file
from tests.visitor import Visitor
from trainer.language import LANGUAGES
from trainer.paths import EXAMPLE_FOLDER
from trainer.projects.models import Project

PROJECT_FIELDS = {
    "grantee-kk": "«ҚСА» қоғамдық бірлестігі",
    "grantee-ru": "",
    "grantee-en": "",
    "business_number": "123456789012",
    "contact_phone": "8 747 000 00 00",
    "contact_email": "Office@Example.org",
    "serial_prefix": "TM",
}


INVALID_FIELDS = [
    ("grantee-kk", ""),
    ("grantee-kk", "<b>"),
    ("grantee-kk", "a" * 301),
    ("business_number", "12345"),
    ("business_number", "12345678901x"),
    ("contact_phone", "8 701"),
    ("contact_email", "нет"),
    ("serial_prefix", ""),
    ("serial_prefix", "tm"),
    ("serial_prefix", "OIL"),
    ("serial_prefix", "EX"),
    ("serial_prefix", "ТМ"),
]


def import_plan_file(organizer: Visitor, content: bytes) -> Page:
    """Upload a plan in YAML, create its project and return the response."""
    address = upload_plan_file(organizer, content, "plan.yaml").location
    return organizer.submit(address, form=0)


def list_stored_projects(session: Session) -> list[Project]:
    """Return all stored projects."""
    session.expire_all()
    return list(session.scalars(select(Project)))


def test_the_contracts_plan_is_loaded_from_its_file_and_shown(organizer: Visitor, session: Session) -> None:
    address = upload_plan_file(organizer, (EXAMPLE_FOLDER / "monitoring_plan.yaml").read_bytes(), "plan.yaml").location
    fields = organizer.get(f"{address}/doubts").read_form()[1]
    organizer.post(f"{address}/doubts", choose_proposed(fields, get_stored_draft(session)))
    answer = organizer.submit(address, form=0)
    [project] = list_stored_projects(session)
    assert answer.location == f"/desk/project/{project.id}"
    page = organizer.get("/desk/plan")
    assert all(activity.code in page.words for activity in project.activities)
    assert all(result.text.kk in page.words for result in project.expected_results)


def test_planned_values_are_shown_in_the_language_of_the_page_or_from_their_figures(organizer: Visitor) -> None:
    known_languages = list(chain.from_iterable(combinations(LANGUAGES, size) for size in range(1, 4)))
    indicators = [
        {
            **INDICATOR,
            **{f"planned_text_{language}": f"5 {language}" if language in known else "" for language in LANGUAGES},
            "id": f"SI{number}",
        }
        for number, known in enumerate(known_languages)
    ]
    import_plan_file(organizer, dump_yaml({**SMALL_PLAN, "social_impact": {"indicators": indicators}}))
    figures = {"kk": "фотосурет: кемінде 5", "ru": "фото: не менее 5", "en": "photo: at least 5"}
    for language in LANGUAGES:
        shown = re.findall('<span class="planned">(.*)</span>', organizer.get(f"/desk/plan?lang={language}").text)
        assert shown[1:] == [f"5 {language}" if language in known else figures[language] for known in known_languages]


def test_a_plan_with_problems_is_not_loaded_and_every_problem_is_listed(organizer: Visitor, session: Session) -> None:
    content = dump_yaml({**SMALL_PLAN, "tasks": [{"id": "<b>"}, 5]})
    page = upload_plan_file(organizer, content, "plan.yaml", status=422)
    listed = [element for element in page.find_all("li") if (element.text or "").startswith("міндетте `id`")]
    assert len(listed) == 2
    assert list_stored_projects(session) == []


def test_what_is_no_file_or_no_plan_is_refused(organizer: Visitor, session: Session) -> None:
    for content in (b"\x00\x01", b"\xff\xd8\xff\xe0 JPEG", b"a: \x1b", "бұл жоспар емес".encode()):
        upload_plan_file(organizer, content, "plan.yaml", status=422)
    assert list_stored_projects(session) == []


def test_the_same_plan_is_not_loaded_twice(organizer: Visitor, session: Session) -> None:
    import_plan_file(organizer, dump_yaml(SMALL_PLAN))
    again = import_plan_file(organizer, dump_yaml(SMALL_PLAN))
    assert "/drafts/" in again.location
    assert len(list_stored_projects(session)) == 1


def test_one_project_is_shown_at_a_time_and_stays_the_current_one(
    organizer: Visitor, session: Session, project: Project
) -> None:
    import_plan_file(organizer, dump_yaml(SMALL_PLAN))
    [own] = [stored for stored in list_stored_projects(session) if stored.code == "small"]
    assert f"/desk/plan/projects/{own.id}" in organizer.get("/desk/plan").list_links()
    organizer.get(f"/desk/plan?project={project.id}")
    assert f"/desk/plan/projects/{project.id}" in organizer.get("/desk/plan").list_links()


def test_the_organisers_facts_are_kept(organizer: Visitor, session: Session, project: Project) -> None:
    organizer.submit(f"/desk/project/{project.id}", PROJECT_FIELDS)
    [project] = list_stored_projects(session)
    assert project.grantee.to_mapping() == {"kk": "«ҚСА» қоғамдық бірлестігі"}
    assert (project.business_number, project.contact_phone) == ("123456789012", "+77470000000")
    assert project.contact_email == "office@example.org"


def test_a_wrong_fact_is_said_at_its_field_and_kept_there(
    organizer: Visitor, session: Session, project: Project
) -> None:
    for field, wrong in INVALID_FIELDS:
        page = organizer.submit(f"/desk/project/{project.id}", {**PROJECT_FIELDS, field: wrong}, status=422)
        assert page.get_error(field), field
        assert page.get_value(field) == wrong
    [project] = list_stored_projects(session)
    assert (project.serial_prefix, project.business_number, project.contact_email) == ("TM", "", "")


def test_a_bin_may_look_like_an_iin(organizer: Visitor, session: Session, project: Project) -> None:
    organizer.submit(f"/desk/project/{project.id}", {**PROJECT_FIELDS, "business_number": "000140000007"})


def test_the_example_keeps_its_letters(organizer: Visitor, session: Session, project: Project) -> None:
    project.is_example, project.serial_prefix = True, "EX"
    organizer.submit(f"/desk/project/{project.id}", {**PROJECT_FIELDS, "serial_prefix": "EX"})
    organizer.get("/desk/project/999", status=404)
