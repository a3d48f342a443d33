"""A server process: trainer with rate limits and log, or an empty Flask view behind the same waitress."""

import logging
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from urllib.error import URLError
from urllib.request import urlopen

from flask import Flask

from tests.browser.server import find_free_port


class Server:
    """A server process on its own port."""

    module = __name__

    def __init__(self, database: str, instance: Path) -> None:
        self.port = find_free_port()
        self.log = (instance / "server.log").open("ab")
        command = [sys.executable, "-m", self.module, str(self.port), str(instance), database]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)

    def __enter__(self) -> "Server":
        for _attempt in range(1200):
            try:
                urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5).close()
                return self
            except (URLError, OSError):
                time.sleep(0.1)
        self.__exit__(None, None, None)
        raise RuntimeError("the server does not answer")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait(10)
        self.log.close()


def create_empty_app() -> Flask:
    """Return an application that does nothing."""
    app = Flask(__name__)
    app.add_url_rule("/", "empty", lambda: "")
    app.add_url_rule("/healthz", "alive", lambda: "")
    return app


def main(port: str, instance: str, database: str = "") -> None:
    """Serve until stopped."""
    from tests import databases
    from trainer import create_app
    from trainer.serving.server import open_listener, serve_app

    logging.basicConfig(level=logging.INFO)
    if Path(instance, "keys").exists():
        more = {"SIGNING_KEY_FILE": f"{instance}/keys/seal.pem"} if database else {}
        settings = databases.build_settings(
            Path(instance), database, BASE_URL="https://seminar.example.org", TRUSTED_PROXIES="1", **more
        )
        app = create_app(settings)
    else:
        app = create_empty_app()
    serve_app(app, open_listener("127.0.0.1", int(port)), threads=8, behind_proxy=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
