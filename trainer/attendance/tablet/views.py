"""The tablet's application: its page, the page of a pairing code, the manifest that installs it, and its worker.

No page here knows a person: the list comes through the API and lives in the tablet.
"""

import json
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from trainer.attendance.tablet.app_wording import TABLET_TEXTS, build_tablet_texts
from trainer.attendance.tablet.batch_items import MAX_NAME_LENGTH, MAX_PHONE_LENGTH, MAX_TEXT_LENGTH
from trainer.language import LANGUAGE_NAMES
from trainer.language.choice import get_page_language

blueprint = Blueprint("attendance_tablet", __name__, url_prefix="/tablet")

CACHED_FILE_PATTERNS = (
    "app.css",
    "tablet.css",
    "icon.svg",
    "icons/*.png",
    "js/camera.js",
    "js/code.js",
    "js/tablet/*.js",
    "vendor/qr/*.js",
)
WORKER_PATH = "js/tablet/worker.js"


@blueprint.get("/")
def view_tablet_app() -> ResponseReturnValue:
    """Show the application; it fills itself from what the tablet holds."""
    return render_template(
        "attendance/tablet/app.html",
        words=build_tablet_texts(),
        names=LANGUAGE_NAMES,
        longest_name=MAX_NAME_LENGTH,
        longest_phone=MAX_PHONE_LENGTH,
        longest_text=MAX_TEXT_LENGTH,
    )


@blueprint.get("/pair/<code>")
def view_pairing_page(code: str) -> ResponseReturnValue:
    """Show the button that pairs; looking at the address pairs nothing, because messengers look at every address."""
    return render_template("attendance/tablet/pair.html", words=build_tablet_texts())


@blueprint.get("/manifest.webmanifest")
def view_tablet_manifest() -> ResponseReturnValue:
    """Say how the application is installed."""
    icons = [
        {
            "src": build_static_url(f"icons/tablet-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    answer = jsonify(
        id="/tablet/",
        name=str(TABLET_TEXTS["title"]),
        short_name=str(TABLET_TEXTS["short-title"]),
        lang=get_page_language(),
        start_url=url_for("attendance_tablet.view_tablet_app"),
        scope="/tablet/",
        display="standalone",
        background_color="#faf8f3",
        theme_color="#0d4d5c",
        icons=icons,
    )
    answer.mimetype = "application/manifest+json"
    return answer


@blueprint.get("/worker.js")
def view_tablet_worker() -> Response:
    """Give the worker with its version and parts in front: another file, another version, so browsers notice every change."""
    folder = get_tablet_static_folder()
    version = current_app.jinja_env.globals["asset_version"]
    parts = sorted(
        path for pattern in CACHED_FILE_PATTERNS for path in folder.glob(pattern) if path != folder / WORKER_PATH
    )
    names = [build_static_url(path.relative_to(folder).as_posix()) for path in parts]
    head = f"const VERSION = {json.dumps(version)};\nconst PARTS = {json.dumps(names)};\n"
    answer = Response(head + (folder / WORKER_PATH).read_text(encoding="utf-8"), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def build_static_url(name: str) -> str:
    """The address of a static file."""
    return url_for("static", filename=name)


def get_tablet_static_folder() -> Path:
    """Where the static files stand."""
    return Path(current_app.static_folder or abort(404))
