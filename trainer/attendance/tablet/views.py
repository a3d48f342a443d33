"""Pages of the tablet application: the application, pairing, the web app manifest and the service worker.

The pages hold no personal data: the roster comes through the API and is stored on the tablet.
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
    "icons/tablet-*.png",
    "js/camera.js",
    "js/characters.js",
    "js/code.js",
    "js/tablet/*.js",
    "vendor/qr/*.js",
)
WORKER_PATH = "js/tablet/worker.js"


@blueprint.get("/")
def view_tablet_app() -> ResponseReturnValue:
    """Show the application; its scripts fill it from the tablet's store."""
    return render_template(
        "attendance/tablet/app.html",
        words=build_tablet_texts(),
        names=LANGUAGE_NAMES,
        max_name_length=MAX_NAME_LENGTH,
        max_phone_length=MAX_PHONE_LENGTH,
        max_text_length=MAX_TEXT_LENGTH,
    )


@blueprint.get("/pair/<code>")
def view_pairing_page(code: str) -> ResponseReturnValue:
    """Show the pairing button. GET does not pair, because messengers fetch addresses for previews."""
    return render_template("attendance/tablet/pair.html", words=build_tablet_texts())


@blueprint.get("/manifest.webmanifest")
def view_tablet_manifest() -> ResponseReturnValue:
    """Return the web app manifest, by which browsers install the application."""
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
    response = jsonify(
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
    response.mimetype = "application/manifest+json"
    return response


@blueprint.get("/worker.js")
def view_tablet_worker() -> Response:
    """Return the service worker with version and cached files in front, so that every new version changes the script."""
    folder = get_tablet_static_folder()
    version = current_app.jinja_env.globals["asset_version"]
    parts = sorted(
        path for pattern in CACHED_FILE_PATTERNS for path in folder.glob(pattern) if path != folder / WORKER_PATH
    )
    names = [build_static_url(path.relative_to(folder).as_posix()) for path in parts]
    head = f"const VERSION = {json.dumps(version)};\nconst PARTS = {json.dumps(names)};\n"
    response = Response(head + (folder / WORKER_PATH).read_text(encoding="utf-8"), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


def build_static_url(name: str) -> str:
    """Return the address of a static file."""
    return url_for("static", filename=name)


def get_tablet_static_folder() -> Path:
    """Return the folder of static files."""
    return Path(current_app.static_folder or abort(404))
