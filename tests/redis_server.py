"""A Redis server of its own for a test."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REDIS = shutil.which("redis-server") or shutil.which("valkey-server")


class RedisServer:
    """A Redis server that can be stopped and started again; it keeps nothing."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port, self.folder = port, folder
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """The value for the setting RATELIMIT_STORAGE."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start the server and wait until it listens."""
        assert REDIS is not None
        command = [REDIS, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        for _attempt in range(300):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("Redis does not listen")

    def stop(self) -> None:
        """Stop the server."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.process = None


@contextmanager
def run_redis_server(port: int, folder: Path) -> Iterator[RedisServer]:
    """Yield a started Redis server and stop it afterwards."""
    server = RedisServer(port, folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
