"""The frame of every page of the dashboard: sections, current project, and the head and tabs of a seminar."""

from dataclasses import dataclass
from typing import Any

from flask import g, request

from trainer.accounts.access import may_open
from trainer.clock import now
from trainer.desk.path.progress import SeminarProgress
from trainer.desk.sections import SECTIONS, Section, find_section
from trainer.desk.tabs import TABS, Tab, TabPage, find_tab_page
from trainer.desk.waiting import SeminarCounts, count_waiting
from trainer.extensions import db
from trainer.projects.current_project import list_own_projects, pick_current_project
from trainer.projects.models import Project
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import SeminarStage, derive_stage


@dataclass(frozen=True)
class SeminarFrame:
    """Head and tabs of the seminar to which a page belongs."""

    seminar: Seminar
    stage: SeminarStage
    tab: Tab
    page: TabPage
    counts: SeminarCounts
    progress: SeminarProgress | None
    """How far it is, where the page has counted that; the head then leaves the button to the page."""

    def get_count(self, page: TabPage) -> int:
        """Return what waits on a page."""
        return int(getattr(self.counts, page.count)) if page.count else 0

    def list_open_pages(self, tab: Tab) -> list[TabPage]:
        """Return the pages of a tab that the seminar has and the user may open."""
        return [page for page in tab.list_offered_pages(self.seminar) if may_open(page.endpoint)]

    def get_tab_count(self, tab: Tab) -> int:
        """Return what waits on all pages of a tab."""
        return sum(self.get_count(page) for page in self.list_open_pages(tab))

    def list_shown_pages(self) -> list[TabPage]:
        """Return the pages under the current tab: the offered ones, without those on which nothing waits."""
        pages = self.list_open_pages(self.tab)
        return [page for page in pages if not page.is_for_waiting or self.get_count(page) or page == self.page]


@dataclass(frozen=True)
class DeskFrame:
    """What the layout of the dashboard shows around a page."""

    sections: tuple[Section, ...]
    section: Section | None
    tabs: tuple[Tab, ...]
    projects: list[Project]
    project: Project | None
    counts: dict[str, int]
    seminar: SeminarFrame | None


def build_desk_frame(seminar: Any = None) -> DeskFrame:
    """Return the frame of the page that is being rendered; `seminar` is the one that its template shows, if any."""
    session, endpoint = db.session(), request.endpoint or ""
    shown_seminar: Seminar | None = seminar or g.get("desk_seminar")
    found = find_tab_page(endpoint) if shown_seminar else None
    projects = list_own_projects(session)
    project = shown_seminar.project if shown_seminar else pick_current_project(projects)
    framed_seminar = shown_seminar if found else None
    section_counts, seminar_counts = count_waiting(session, project, framed_seminar)
    section = next(each for each in SECTIONS if each.name == "seminars") if found else find_section(endpoint)
    return DeskFrame(
        sections=SECTIONS,
        section=section,
        tabs=TABS,
        projects=projects,
        project=project,
        counts=section_counts,
        seminar=SeminarFrame(
            shown_seminar,
            derive_stage(shown_seminar, now()),
            *found,
            seminar_counts,
            g.get("desk_progress"),
        )
        if shown_seminar and found
        else None,
    )
