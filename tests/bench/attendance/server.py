"""A server process: trainer with rate limits and log, and a view that reads a POST and does nothing."""

import logging
import sys
from pathlib import Path

from flask import request

from tests.bench.verification.server import Server


class MarkingServer(Server):
    """A server process that accepts marks."""

    module = __name__


def main(port: str, instance: str, database: str = "") -> None:
    """Serve until stopped."""
    from tests import databases
    from trainer import create_app
    from trainer.extensions import csrf
    from trainer.serving.server import open_listener, serve_app

    logging.basicConfig(level=logging.INFO)
    more = {"SIGNING_KEY_FILE": f"{instance}/keys/seal.pem"} if database else {}
    settings = databases.build_settings(
        Path(instance), database, BASE_URL="https://seminar.example.org", TRUSTED_PROXIES="1", **more
    )
    app = create_app(settings)
    app.add_url_rule(
        "/empty", "empty", csrf.exempt(lambda: {"items": len(request.get_json()["items"])}), methods=["POST"]
    )
    serve_app(app, open_listener("127.0.0.1", int(port)), threads=8, behind_proxy=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
