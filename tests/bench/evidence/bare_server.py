"""A bare Flask view behind the same waitress: it writes what it gets into a file, hashes it, and waits until it is on the disk.

The page with `?unsynced` sends its files to a view that does not wait.
"""

import hashlib
import logging
import os
import sys
import uuid
from pathlib import Path

from flask import Flask, request

from tests.bench.verification.server import Server

BLOCK_BYTES = 1024 * 1024
PAGE = """<!doctype html><title>Bare</title><input type="file" id="files" multiple><ul class="uploads"></ul>
<script>
document.querySelector("#files").addEventListener("change", ({ target }) => {
  const waiting = [...target.files];
  const send = async () => {
    const file = waiting.shift();
    if (!file) return;
    const answer = await fetch("/files" + location.search, { method: "POST", body: file });
    const row = document.createElement("li");
    row.dataset.state = answer.ok ? "done" : "failed";
    document.querySelector(".uploads").append(row);
    await send();
  };
  for (let number = 0; number < 3; number += 1) send();
});
</script>"""


class BareServer(Server):
    """The server process of the bare view."""

    module = __name__


def create_bare_app(folder: Path) -> Flask:
    """Return an application that stores files in a folder."""
    app = Flask(__name__)
    app.add_url_rule("/", "page", lambda: PAGE)
    app.add_url_rule("/healthz", "alive", lambda: "")
    app.add_url_rule("/files", "files", lambda: store_file(folder), methods=["POST"])
    return app


def store_file(folder: Path) -> str:
    """Write the body of the request into a file, and return its hash."""
    digest = hashlib.sha256()
    with (folder / str(uuid.uuid4())).open("wb") as file:
        while block := request.stream.read(BLOCK_BYTES):
            digest.update(block)
            file.write(block)
        if "unsynced" not in request.args:
            file.flush()
            os.fsync(file.fileno())
    return digest.hexdigest()


def main(port: str, folder: str, _database: str = "") -> None:
    """Serve until stopped."""
    from trainer.serving.server import open_listener, serve_app

    logging.basicConfig(level=logging.INFO)
    serve_app(create_bare_app(Path(folder)), open_listener("127.0.0.1", int(port)), threads=8, behind_proxy=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
