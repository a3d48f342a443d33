"""Attendance: the append-only ledger of marks, tablets that work offline, lists, sign-in sheets and conflicts."""

from trainer.attendance.desk import conflict_views, decision_views, to_do
from trainer.attendance.desk import views as desk_views
from trainer.attendance.segments import ATTENDANCE_SEGMENTS
from trainer.attendance.sheets import document_views, scan_views
from trainer.attendance.tablet import api as tablet_api
from trainer.attendance.tablet import device_views
from trainer.attendance.tablet import views as tablet_views

segments = ATTENDANCE_SEGMENTS
blueprints = (
    desk_views.desk,
    tablet_views.blueprint,
    tablet_api.blueprint,
    device_views.desk,
    conflict_views.desk,
    decision_views.desk,
    document_views.desk,
    scan_views.desk,
)
tasks_to_do = to_do.tasks_to_do
