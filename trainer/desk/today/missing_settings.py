"""Settings that are missing and without which certificates, messages or consent texts are incomplete."""

from collections.abc import Iterable

from flask import url_for

from trainer.language.translate import lazy_gettext as _l
from trainer.language.translate import ngettext
from trainer.seminars.to_do import Desk, TaskToDo, WaitingWork
from trainer.settings import get_settings


def find_incomplete_organisations(desk: Desk) -> Iterable[WaitingWork]:
    """Find the projects without what consent texts and certificates print; the example needs none."""
    for project in desk.projects:
        missing = [not project.business_number, not (project.contact_phone or project.contact_email)]
        if not project.is_example:
            yield WaitingWork(sum(missing), url_for("projects.edit_project", project_id=project.id))


def find_missing_server_settings(desk: Desk) -> Iterable[WaitingWork]:
    """Find whether the address of the site or the mail server is missing, where a project other than the example needs them."""
    settings = get_settings()
    is_used = any(not project.is_example for project in desk.projects)
    missing = [not settings.has_public_address, not settings.smtp_url]
    yield WaitingWork(sum(missing) if is_used else 0, url_for("desk_settings.view_settings"))


tasks_to_do = (
    TaskToDo(
        "organisation",
        lambda count: ngettext(
            "Organisation details: %(num)d entry is missing (BIN, contact)",
            "Organisation details: %(num)d entries are missing (BIN, contact)",
            count,
        ),
        _l("Fill in"),
        find_incomplete_organisations,
    ),
    TaskToDo(
        "server",
        lambda count: ngettext(
            "%(num)d setting of the site is missing (https address, email)",
            "%(num)d settings of the site are missing (https address, email)",
            count,
        ),
        _l("See what to do"),
        find_missing_server_settings,
    ),
)
