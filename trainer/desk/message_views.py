"""Which seminars have messages to send, and messages that failed."""

from flask import render_template
from flask.typing import ResponseReturnValue

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.messages.log import count_messages_by_topic
from trainer.projects.current_project import list_all_projects, pick_current_project
from trainer.registration.notifications.knowledge import get_message_topic, select_message_topics
from trainer.seminars.registration_window import list_project_seminars, select_seminar_ids, sort_held_last

blueprint = create_desk_blueprint("desk_messages", __name__)


@blueprint.get("/messages")
def view_messages() -> ResponseReturnValue:
    """List the seminars of the current project that have messages, with their numbers."""
    session = db.session()
    project = pick_current_project(list_all_projects(session))
    seminars = list_project_seminars(session, project) if project else []
    topics = select_message_topics(select_seminar_ids(project.id)) if project else None
    counts = count_messages_by_topic(session, topics) if topics is not None else {}
    shown = [(each, counts.get(get_message_topic(each), {})) for each in sort_held_last(seminars, now())]
    return render_template("desk/messages.html", rows=[(seminar, count) for seminar, count in shown if count])
