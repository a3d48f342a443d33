"""A server that speaks S3, in the test's process, with faults on demand."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import localbucket

BUCKET = "files"
KEYS = {"STORAGE_KEY_ID": "key", "STORAGE_KEY_SECRET": "secret"}
Fault = Callable[[Any], bool]


@dataclass
class S3Server:
    """A running server. `fault` is asked before each request: if it returns True, the connection ends without an answer."""

    port: int
    folder: Path
    requests: list[str] = field(default_factory=list)
    fault: Fault = lambda _request: False

    @property
    def url(self) -> str:
        """Return the STORAGE_URL of the bucket, with a prefix."""
        return f"s3://{BUCKET}/trainer/one?endpoint=http://127.0.0.1:{self.port}&region=eu-central-1"

    @property
    def root(self) -> Path:
        """Return the folder in which the objects below the prefix lie."""
        return self.folder / BUCKET / "trainer" / "one"


@contextmanager
def run_s3_server() -> Iterator[S3Server]:
    """Run a server with an empty bucket."""

    class Handler(localbucket.S3Handler):  # type: ignore[misc]
        data_root: Path

        def parse_request(self) -> bool:
            if not super().parse_request():
                return False
            known.requests.append(f"{self.command} {self.path}")
            if known.fault(self):
                self.close_connection = True
                return False
            return True

        def log_message(self, *_arguments: object) -> None:
            pass

    with TemporaryDirectory(prefix="trainer-s3-") as folder:
        (Path(folder) / BUCKET).mkdir()
        Handler.data_root = Path(folder).resolve()
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        known = S3Server(server.server_port, Handler.data_root)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield known
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def answer_full(request: Any) -> bool:
    """Answer like a server whose disks are full to whatever writes."""
    if request.command != "PUT":
        return False
    request.rfile.read(
        int(request.headers["Content-Length"])
    )  # a client that is still sending would see a broken connection
    request._send_error(
        localbucket.S3Error(HTTPStatus.INSUFFICIENT_STORAGE, "XMinioStorageFull", "Storage backend has hit its limit.")
    )
    return True


def cut_every_connection(_request: Any) -> bool:
    """End every connection."""
    return True
