"""Words for the roles of colleagues."""

from trainer.accounts.models import ProjectRole
from trainer.language.translate import lazy_gettext as _l

ROLE_NAMES = {
    ProjectRole.OWNER: _l("Owner"),
    ProjectRole.ORGANIZER: _l("Organiser"),
    ProjectRole.ASSISTANT: _l("Assistant"),
    ProjectRole.MONITOR: _l("Monitor"),
}
ROLE_HINTS = {
    ProjectRole.OWNER: _l("Everything, and the colleagues of the project"),
    ProjectRole.ORGANIZER: _l("Everything except the colleagues"),
    ProjectRole.ASSISTANT: _l("Attendance and documents of the assigned seminars"),
    ProjectRole.MONITOR: _l("Reads without changing anything; phone numbers are hidden"),
}
