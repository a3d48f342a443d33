"""A stored file as a download: chunk by chunk, in ranges, and never damaged without the browser noticing."""

import pytest
from flask import Flask, Response
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.test import run_wsgi_app

from trainer.documents.files import send_stored_file
from trainer.storage import FileDamaged, FileMissing, Storage, content

# How a file is sent does not depend on the database.
pytestmark = pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def storage(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Storage:
    """Return the storage of the deployment; its chunks are small."""
    monkeypatch.setattr(content, "CHUNK_BYTES", 1000)
    return Storage.from_settings(app.extensions["settings"])


def send(app: Flask, storage: Storage, digest: str, method: str = "GET", **headers: str) -> Response:
    """Return the response to a request with these headers."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    with app.test_request_context(method=method, headers=names) as context:
        response = send_stored_file(storage, digest, "Есеп 1.pdf", "application/pdf")
        chunks, status, sent_headers = run_wsgi_app(response, context.request.environ)
        return Response([b"".join(chunks)], status, sent_headers)


def test_a_whole_file_has_size_name_and_hash(app: Flask, storage: Storage) -> None:
    digest = storage.store_content(CONTENT)
    response = send(app, storage, digest)
    assert (response.status_code, response.data, response.content_length) == (200, CONTENT, len(CONTENT))
    assert (response.mimetype, response.headers["Accept-Ranges"]) == ("application/pdf", "bytes")
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    assert response.get_etag() == (digest, False)


def test_a_request_for_the_headers_reads_no_file(app: Flask, storage: Storage) -> None:
    response = send(app, storage, storage.store_content(CONTENT), "HEAD")
    assert (response.data, response.headers["Content-Length"]) == (b"", str(len(CONTENT)))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("bytes=0-99", (0, 100)),
        ("bytes=2500-4999", (2500, 5000)),
        ("bytes=10000-", (10000, 10240)),
        ("bytes=-5", (10235, 10240)),
    ],
)
def test_a_range_is_sent_alone(app: Flask, storage: Storage, asked: str, expected: tuple[int, int]) -> None:
    start, stop = expected
    response = send(app, storage, storage.store_content(CONTENT), Range=asked)
    assert (response.status_code, response.data) == (206, CONTENT[start:stop])
    assert response.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(CONTENT)}"
    assert response.content_length == stop - start


def test_a_download_that_broke_off_goes_on_only_with_the_same_file(app: Flask, storage: Storage) -> None:
    digest = storage.store_content(CONTENT)
    assert send(app, storage, digest, Range="bytes=5000-", If_Range=f'"{digest}"').data == CONTENT[5000:]
    assert send(app, storage, digest, Range="bytes=5000-", If_Range='"another"').data == CONTENT


def test_a_range_beyond_the_end_is_refused(app: Flask, storage: Storage) -> None:
    with pytest.raises(RequestedRangeNotSatisfiable):
        send(app, storage, storage.store_content(CONTENT), Range="bytes=20000-")


def test_a_browser_that_has_the_file_is_not_sent_it_again(app: Flask, storage: Storage) -> None:
    digest = storage.store_content(CONTENT)
    response = send(app, storage, digest, If_None_Match=f'"{digest}"')
    assert (response.status_code, response.data) == (304, b"")


def test_a_damaged_file_ends_before_its_last_chunk(app: Flask, storage: Storage) -> None:
    digest = storage.store_content(CONTENT)
    path = app.extensions["settings"].instance / "files" / storage.build_key(digest)
    path.chmod(0o600)
    path.write_bytes(CONTENT[:-1] + b"!")
    with pytest.raises(FileDamaged):
        send(app, storage, digest)


def test_a_missing_file_is_named_before_anything_is_sent(app: Flask, storage: Storage) -> None:
    with pytest.raises(FileMissing):
        send(app, storage, "0" * 64)
