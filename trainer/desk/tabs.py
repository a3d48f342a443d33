"""The five tabs of a seminar, the pages under each, and the page that every endpoint of a seminar belongs to."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import LazyString

from trainer.language.translate import lazy_gettext as _l
from trainer.seminars.models import Seminar


@dataclass(frozen=True)
class TabPage:
    """A page under a tab: its address and name; `pages` are endpoints and blueprints that belong to it too."""

    endpoint: str
    label: LazyString
    pages: tuple[str, ...] = ()
    is_offered: Callable[[Seminar], bool] = lambda _seminar: True
    count: str = ""
    """The field of `SeminarCounts` that is shown beside the name."""
    is_for_waiting: bool = False
    """Whether the page is offered only while something waits there."""


@dataclass(frozen=True)
class Tab:
    """A tab of a seminar. It leads to the first of its pages that is offered."""

    name: str
    label: LazyString
    pages: tuple[TabPage, ...]

    def list_offered_pages(self, seminar: Seminar) -> list[TabPage]:
        """Return the pages that this seminar has."""
        return [page for page in self.pages if page.is_offered(seminar)]


TABS = (
    Tab(
        "overview",
        _l("Overview"),
        (
            TabPage("desk.view_seminar_overview", _l("Overview"), ("desk", "desk_removal", "seminars_cancellation")),
            TabPage("seminars.edit_seminar", _l("Seminar details"), ("seminars",)),
            TabPage("registration_changes.view_change", _l("Changes"), ("registration_changes",), count="changes"),
        ),
    ),
    Tab(
        "people",
        _l("People"),
        (
            TabPage(
                "registration_desk.view_registrations",
                _l("Registrations"),
                ("registration_desk", "registration_person"),
                count="applications",
            ),
            TabPage(
                "registration_duplicates.view_duplicates",
                _l("Duplicates"),
                ("registration_duplicates",),
                count="duplicates",
            ),
            TabPage(
                "registration_notifications.view_manual_messages",
                _l("Messages"),
                ("registration_notifications",),
                count="messages",
            ),
            TabPage("registration_form.add_registration_question", _l("Form questions"), ("registration_form",)),
            TabPage(
                "registration_imports.view_import",
                _l("Import a list"),
                ("registration_imports", "registration_import_columns", "registration_import_rows"),
            ),
        ),
    ),
    Tab(
        "attendance",
        _l("Attendance"),
        (
            TabPage("attendance_desk.view_attendance", _l("Marks"), ("attendance_desk",)),
            TabPage(
                "attendance_conflicts.view_conflicts",
                _l("Conflicts"),
                ("attendance_conflicts", "attendance_decisions"),
                count="conflicts",
                is_for_waiting=True,
            ),
            TabPage(
                "attendance_sheets.view_documents",
                _l("Lists and sheets"),
                ("attendance_sheets", "attendance_scans"),
                count="scans",
            ),
        ),
    ),
    Tab(
        "feedback",
        _l("Feedback"),
        (
            TabPage(
                "surveys_builder.view_surveys",
                _l("Surveys"),
                (
                    "surveys_builder",
                    "surveys_builder_changes",
                    "surveys_builder_questions",
                    "surveys_checklists",
                    "surveys_downloads",
                    "surveys_kiosk_desk",
                    "surveys_paper",
                    "surveys_results",
                    "surveys_xlsform",
                ),
            ),
            TabPage(
                "surveys_scores.edit_test_scores",
                _l("Test"),
                ("surveys_scores",),
                is_offered=lambda seminar: seminar.pass_mark is not None,
            ),
        ),
    ),
    Tab(
        "results",
        _l("Results"),
        (
            TabPage(
                "issuing_desk.view_certificates",
                _l("Certificates"),
                ("issuing_desk", "issuing_batch", "issuing_certificates", "issuing_corrections"),
                is_offered=lambda seminar: seminar.has_certificate,
                count="certificates",
            ),
            TabPage("desk_documents.view_documents", _l("Documents"), ("desk_documents",)),
        ),
    ),
)


def find_tab_page(endpoint: str) -> tuple[Tab, TabPage] | None:
    """Return tab and page that an endpoint belongs to, by its full name before its blueprint; None for other pages."""
    for name in (endpoint, endpoint.rpartition(".")[0]):
        for tab in TABS:
            for page in tab.pages:
                if name == page.endpoint or name in page.pages:
                    return tab, page
    return None
