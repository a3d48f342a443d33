"""Static site that keeps verifying from any web space when this server is gone: hashed register, keys, verification page."""

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy.orm import Session

from certificates import Keyring
from trainer.issuing.register import build_public_register
from trainer.language import LANGUAGES
from trainer.seminars.wording import CERTIFICATE_KIND_NAMES
from trainer.settings import Settings

STATIC_FILE_PATTERNS = ("app.css", "icon.svg", "js/*.js", "vendor/qr/*")
HOW_TO_SERVE = """Put this folder on a web space under the host that the certificates name: {host}
Addresses that begin with /v/ or /V/ must be answered by 404.html:
  nginx        error_page 404 =200 /404.html;
  Apache       .htaccess does it
  others       most static hosts serve 404.html by themselves
Nothing else is needed: no program, no database. The folder holds no names.
"""


class FolderNotEmpty(Exception):
    """The target folder is not empty."""


def export_static_site(session: Session, settings: Settings, keyring: Keyring, folder: Path, now: datetime) -> int:
    """Write the site into a new or empty folder and return the number of certificates in its register. Raises FolderNotEmpty."""
    if folder.exists() and any(folder.iterdir()):
        raise FolderNotEmpty(str(folder))
    register = build_public_register(session, keyring, settings.host_name, now)
    write_site_file(folder / "register.json", json.dumps(register))
    write_site_file(folder / ".well-known" / "jwks.json", json.dumps(keyring.build_jwks()))
    for name, language in {"index": "kk", "404": "kk", **{code: code for code in LANGUAGES}}.items():
        write_site_file(folder / f"{name}.html", render_static_page(language, settings.host_name, now))
    write_site_file(folder / "README.txt", HOW_TO_SERVE.format(host=settings.host_name))
    write_site_file(folder / ".htaccess", "FallbackResource /404.html\n")
    copy_static_files(folder / "static")
    return len(register["certificates"])


def render_static_page(language: str, host: str, now: datetime) -> str:
    """Render the verification page in a language."""
    values: dict[str, Any] = {"host": host, "made_at": now.date(), "kinds": CERTIFICATE_KIND_NAMES}
    with current_app.test_request_context("/verify"), force_locale(language):
        return render_template("verification/frozen.html", **values)


def copy_static_files(target: Path) -> None:
    """Copy the static files of the page."""
    source = Path(current_app.static_folder or "")
    for path in (path for pattern in STATIC_FILE_PATTERNS for path in source.glob(pattern)):
        destination = target / path.relative_to(source)
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, destination)


def write_site_file(path: Path, content: str) -> None:
    """Write a file of the site."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
