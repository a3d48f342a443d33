"""The tablet's application: its page, the page of a pairing code, the manifest that installs it, and its worker.

No page here knows a person: the list comes through the API and lives in the tablet.
"""

import json
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from trainer.attendance.tablet.app_wording import WORDS, words_of_the_tablet
from trainer.attendance.tablet.batch_items import LONGEST_NAME, LONGEST_PHONE, LONGEST_TEXT
from trainer.language import OWN_NAMES
from trainer.language.choice import language

blueprint = Blueprint("attendance_tablet", __name__, url_prefix="/tablet")

PARTS = (
    "app.css",
    "tablet.css",
    "icon.svg",
    "icons/*.png",
    "js/camera.js",
    "js/code.js",
    "js/tablet/*.js",
    "vendor/qr/*.js",
)
WORKER = "js/tablet/worker.js"


@blueprint.get("/")
def application() -> ResponseReturnValue:
    """Show the application; it fills itself from what the tablet holds."""
    return render_template(
        "attendance/tablet/app.html",
        words=words_of_the_tablet(),
        names=OWN_NAMES,
        longest_name=LONGEST_NAME,
        longest_phone=LONGEST_PHONE,
        longest_text=LONGEST_TEXT,
    )


@blueprint.get("/pair/<code>")
def pairing(code: str) -> ResponseReturnValue:
    """Show the button that pairs; looking at the address pairs nothing, because messengers look at every address."""
    return render_template("attendance/tablet/pair.html", words=words_of_the_tablet())


@blueprint.get("/manifest.webmanifest")
def manifest() -> ResponseReturnValue:
    """Say how the application is installed."""
    icons = [
        {"src": static(f"icons/tablet-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    answer = jsonify(
        id="/tablet/",
        name=str(WORDS["title"]),
        short_name=str(WORDS["short-title"]),
        lang=language(),
        start_url=url_for("attendance_tablet.application"),
        scope="/tablet/",
        display="standalone",
        background_color="#faf8f3",
        theme_color="#0d4d5c",
        icons=icons,
    )
    answer.mimetype = "application/manifest+json"
    return answer


@blueprint.get("/worker.js")
def worker() -> Response:
    """Give the worker with its version and parts in front: another file, another version, so browsers notice every change."""
    folder = static_folder()
    version = current_app.jinja_env.globals["asset_version"]
    parts = sorted(path for pattern in PARTS for path in folder.glob(pattern) if path != folder / WORKER)
    names = [static(path.relative_to(folder).as_posix()) for path in parts]
    head = f"const VERSION = {json.dumps(version)};\nconst PARTS = {json.dumps(names)};\n"
    answer = Response(head + (folder / WORKER).read_text(encoding="utf-8"), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def static(name: str) -> str:
    """The address of a static file."""
    return url_for("static", filename=name)


def static_folder() -> Path:
    """Where the static files stand."""
    return Path(current_app.static_folder or abort(404))
