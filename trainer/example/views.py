"""The page on which an organizer leaves the example: it is removed with everything made by it."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from wtforms import Field
from wtforms.validators import ValidationError

from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.memberships import list_project_ids
from trainer.accounts.permissions import OWNERS
from trainer.attendance.sheets.scan_views import get_scan_storage
from trainer.evidence.uploads.receiving import discard_upload
from trainer.example.removal import (
    count_example_content,
    delete_unused_files,
    find_example,
    list_example_uploads,
    remove_example,
)
from trainer.extensions import db
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.settings import get_settings
from trainer.storage import Storage
from trainer.web.actions import commit_or_explain, delete_files_or_explain
from trainer.web.forms import BaseForm, CleanField

desk = create_desk_blueprint("example", __name__)


class ExampleRemovalForm(BaseForm):
    """The title of the example, typed to confirm its removal."""

    title = CleanField(_l("Title of the example"), required=True)
    expected_title = ""

    def validate_title(self, field: Field) -> None:
        """Reject another text than the title."""
        if field.data.strip(' «»"“”').casefold() != self.expected_title.casefold():
            raise ValidationError(_("Type the title as it is shown: %(title)s", title=self.expected_title))


@desk.route("/example/remove", methods=["GET", "POST"])
def view_example_removal() -> ResponseReturnValue:
    """Show what would be removed; remove it once the title has been typed."""
    project = find_example(db.session())
    if project is None or project.id not in list_project_ids(current_user, OWNERS):
        abort(404)
    form = ExampleRemovalForm()
    form.expected_title = project.title.get_text(get_page_language())
    if form.validate_on_submit():
        uploads = list_example_uploads(db.session())
        with commit_or_explain({}, success=_("The example was removed.")):
            files = remove_example(db.session())
        storages = (Storage.from_settings(get_settings()), get_scan_storage())
        with delete_files_or_explain():
            delete_unused_files(db.session(), storages, files)
            for upload_id in uploads:
                discard_upload(get_settings(), upload_id)
        return redirect(url_for("monitoring.view_plan"), 303)
    content = count_example_content(db.session(), project)
    page = render_template("example/removal.html", project=project, form=form, content=content)
    return page, 422 if form.errors else 200
