"""Files from the share menu of a phone: the web app manifest that offers the dashboard there, and the page that takes them.

The menu sends a multipart form to the page (W3C Web Share Target). A service worker keeps the files on the device until the page
has uploaded them with the ordinary token, so nothing is lost by somebody who has to sign in or to choose a project first.
"""

import json

from flask import Blueprint, Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint, use_role_in_project
from trainer.clock import now
from trainer.evidence.items import FileSource
from trainer.evidence.media_types import OFFICE_TYPES
from trainer.evidence.uploads.form import add_form_files
from trainer.evidence.uploads.views import MAX_FORM_BYTES, flash_form_result, list_upload_projects
from trainer.extensions import csrf, db
from trainer.language import LANGUAGES
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.projects.models import Project
from trainer.settings import get_settings
from trainer.storage import Storage

desk = create_desk_blueprint("evidence_sharing", __name__)
blueprint = Blueprint("evidence_installing", __name__)

ICON_SIZES = (192, 512)
WORKER_PATH = "js/shared-files-worker.js"
SHARED_TYPES = ("image/*", "video/*", "audio/*", "application/pdf", *(name for _kind, name in OFFICE_TYPES.values()))
OFFLINE_SENTENCE = _l("There is no network. The shared files are kept on this device: open this page again later.")


@blueprint.get("/organizer.webmanifest")
def view_desk_manifest() -> ResponseReturnValue:
    """Return the web app manifest. Browsers fetch it without cookies, so it is open to everybody and the address has the language."""
    icons = [
        {
            "src": url_for("static", filename=f"icons/desk-{purpose}-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in ICON_SIZES
        for purpose in ("any", "maskable")
    ]
    response = jsonify(
        id="/desk/",
        name=_("Organiser’s dashboard"),
        short_name=_("Dashboard"),
        lang=get_page_language(),
        start_url=url_for("desk.view_desk_home"),
        scope="/desk/",
        display="minimal-ui",
        background_color="#faf8f3",
        theme_color="#0d4d5c",
        icons=icons,
        share_target={
            "action": url_for("evidence_sharing.submit_shared_files"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"files": [{"name": "files", "accept": list(SHARED_TYPES)}]},
        },
    )
    response.mimetype = "application/manifest+json"
    return response


@blueprint.get("/shared-files-worker.js")
def view_shared_files_worker() -> Response:
    """Return the service worker of the page, from the root of the site because of its scope, with its words in front."""
    words = []
    for language in LANGUAGES:
        with force_locale(language):
            words.append({"language": language, "sentence": str(OFFLINE_SENTENCE)})
    with current_app.open_resource(f"static/{WORKER_PATH}", "r", encoding="utf-8") as file:
        script = file.read()
    head = f"const WORDS = {json.dumps(words, ensure_ascii=False)};\n"
    response = Response(head + script, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@desk.url_value_preprocessor
def allow_large_form(_endpoint: str | None, _values: object) -> None:
    """Raise the size limit of the form, before anything reads it."""
    if current_user.is_authenticated:
        request.max_content_length = MAX_FORM_BYTES


@desk.before_app_request
def explain_sign_in() -> ResponseReturnValue | None:
    """Send somebody who shares files without being signed in to the sign-in page, and then to the page that takes them."""
    if request.endpoint != "evidence_sharing.submit_shared_files" or current_user.is_authenticated:
        return None
    flash(_("Sign in, then share the files again: they have not been uploaded."), "warn")
    return redirect(url_for("security.login", next=url_for("evidence_sharing.view_shared_files")))


def find_only_project(projects: list[Project]) -> Project | None:
    """Return the project if there is no choice."""
    return projects[0] if len(projects) == 1 else None


@desk.get("/evidence/shared")
def view_shared_files() -> ResponseReturnValue:
    """Upload the files that the device keeps to the project named in the address, or to the only one; else ask which."""
    projects, chosen_id = list_upload_projects(), request.args.get("project", 0, type=int)
    project = next((each for each in projects if each.id == chosen_id), None) or find_only_project(projects)
    use_role_in_project(project.id if project else None)
    is_full = "full" in request.args
    return render_template("evidence/shared.html", project=project, projects=projects, is_full=is_full)


@desk.post("/evidence/shared")
@csrf.exempt  # type: ignore[untyped-decorator]  # the share menu knows no token: see is_sent_by_browser
def submit_shared_files() -> ResponseReturnValue:
    """Take shared files where no service worker does. Without a choice of project they come into the inbox."""
    project = find_only_project(list_upload_projects())
    if project is None or not is_sent_by_browser():
        flash(_("Choose the files again: they have not been uploaded."), "warn")
        return redirect(url_for(".view_shared_files"), 303)
    settings, source = get_settings(), FileSource(project.id, "", None, current_user.id)
    db.session.commit()  # no transaction while files are stored
    storage = Storage.from_settings(settings)
    flash_form_result(add_form_files(db.session(), settings, storage, request.files.getlist("files"), source, now()))
    return redirect(url_for("evidence_uploads.view_upload_page"), 303)


def is_sent_by_browser() -> bool:
    """Return whether the browser itself sent this request, as it does for the share menu, and no page of any site.

    This stands for the token: pages can't set Sec-Fetch-Site, and what they send has another value (W3C Fetch Metadata). Every
    browser with Web Share Target sends it. The cookie of the session is SameSite=Lax, so a form of another site has no session.
    """
    return request.headers.get("Sec-Fetch-Site") == "none"
