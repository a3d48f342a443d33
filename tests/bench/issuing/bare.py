"""The bare work of issuing: sign, render, write the file and wait until it is on the disk, one certificate after the other."""

import os
import tempfile
from pathlib import Path

from tests.bench.certificates.ours import prepare


def make_certificates(count: int) -> None:
    """Make and write so many certificates."""
    make = prepare()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1, count + 1):
            with Path(folder, str(number)).open("wb") as file:
                file.write(make(number))
                file.flush()
                os.fsync(file.fileno())
