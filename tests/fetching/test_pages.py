"""Pages are fetched from outside only, from exactly the address that was checked, and within limits."""

import datetime
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from tests.fetching.site import PUBLIC_NUMBER, Site, build_answer, redirect_to, run_site
from trainer.fetching import FetchFailed, FetchLimits, Outside, check_page, fetch_page
from trainer.fetching.outside import is_public

PAGE = b"<!doctype html><title>\xd0\x96\xd0\xb0\xd2\xa3\xd0\xb0\xd0\xbb\xd1\x8b\xd2\x9b</title>"
INSIDE = (
    *("127.0.0.1", "10.0.0.5", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
    *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1"),
    *(
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:c0a8:101::",
    ),
)


@pytest.fixture
def site() -> Iterator[Site]:
    """Yield a site with one page."""
    with run_site() as running:
        running.answers["/"] = build_answer(PAGE)
        yield running


def get_failure(address: str, outside: Outside, limits: FetchLimits | None = None) -> str:
    """Return why a page is not fetched."""
    with pytest.raises(FetchFailed) as failed:
        fetch_page(address, outside, limits or FetchLimits(seconds=5))
    return failed.value.reason


def test_a_page_is_fetched_with_one_lookup_from_the_checked_address(site: Site) -> None:
    site.answers["/%D0%B1?q=%D2%9B"] = build_answer(PAGE, media_type="text/html; charset=utf-8")
    page = fetch_page("http://Lada.KZ/б?q=қ#part", site.build_outside())
    assert (page.content, page.media_type) == (PAGE, "text/html")
    assert site.lookups == ["lada.kz"]
    assert site.connections == [PUBLIC_NUMBER]
    assert "\r\nHost: lada.kz\r\n" in site.requests[0]


@pytest.mark.parametrize("number", INSIDE)
def test_a_name_that_leads_inside_is_refused_before_anything_is_opened(site: Site, number: str) -> None:
    site.names = {"lada.kz": [number], "both.kz": [PUBLIC_NUMBER, number]}
    assert get_failure("http://lada.kz/", site.build_outside()) == "internal"
    assert get_failure("http://both.kz/", site.build_outside()) == "internal", "one address inside is enough"
    assert site.connections == []
    assert not is_public(number)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "0x7f.1", "2130706433", "localhost"])
def test_the_own_machine_is_refused_in_every_spelling(host: str) -> None:
    assert get_failure(f"http://{host}:9/", Outside()) == "internal"


@pytest.mark.parametrize(
    "number", ["8.8.8.8", "93.184.215.14", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_of_the_internet_are_taken(number: str) -> None:
    assert is_public(number)


@given(st.ip_addresses(v=4))
def test_an_address_inside_stays_inside_when_version_6_holds_it(number: Any) -> None:
    held = (f"::ffff:{number}", f"64:ff9b::{number}", f"2002:{int(number) >> 16:x}:{int(number) & 0xFFFF:x}::1")
    assert [is_public(each) for each in held] == [is_public(str(number))] * 3


def test_each_redirect_is_checked_again(site: Site) -> None:
    site.names["nas.kz"] = ["192.168.1.1"]
    site.answers |= {
        "/away": redirect_to("http://nas.kz/admin"),
        "/number": redirect_to("http://169.254.169.254/latest"),
        "/file": redirect_to("file:///etc/passwd"),
        "/password": redirect_to("http://admin:admin@lada.kz/"),
        "/relative": redirect_to("next"),
        "/next": redirect_to("//other.kz/қала"),
        "/%D2%9B%D0%B0%D0%BB%D0%B0": build_answer(PAGE),
    }
    outside = site.build_outside()
    assert get_failure("http://lada.kz/away", outside) == "internal"
    assert get_failure("http://lada.kz/number", outside) == "internal"
    assert get_failure("http://lada.kz/file", outside) == "not_web"
    assert get_failure("http://lada.kz/password", outside) == "not_web"
    assert set(site.connections) == {PUBLIC_NUMBER}
    assert fetch_page("http://lada.kz/relative", outside).address == "http://other.kz/қала"


@pytest.mark.parametrize(("hops", "is_found"), [(5, True), (6, False)])
def test_five_redirects_are_followed(site: Site, hops: int, is_found: bool) -> None:
    site.answers |= {f"/{number}": redirect_to(f"/{number - 1}") for number in range(1, 7)}
    site.answers["/0"] = build_answer(PAGE)
    if is_found:
        assert fetch_page(f"http://lada.kz/{hops}", site.build_outside()).content == PAGE
    else:
        assert get_failure(f"http://lada.kz/{hops}", site.build_outside()) == "too_many_redirects"


@pytest.mark.parametrize("address", ["ftp://lada.kz/", "file:///etc/passwd", "", "http:///x", "http://a:b@lada.kz/"])
def test_only_addresses_of_the_web_without_a_password_are_opened(site: Site, address: str) -> None:
    assert get_failure(address, site.build_outside()) == "not_web"
    assert site.lookups == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (build_answer(b"", "404 Not Found"), "gone"),
        (build_answer(b"", "410 Gone"), "gone"),
        (build_answer(b"", "403 Forbidden"), "refused"),
        (build_answer(b"", "429 Too Many Requests"), "refused"),
        (build_answer(b"", "302 Found"), "refused"),
        (build_answer(b"", "503 Service Unavailable"), "server_error"),
        (build_answer(b"MZ", media_type="application/x-msdownload"), "wrong_type"),
        (build_answer(b"<svg/>", media_type="image/svg+xml"), "wrong_type"),
        (build_answer(b"\x1f\x8b", Content_Encoding="gzip"), "unreadable"),
        (build_answer(b"", Content_Length="99999999"), "too_large"),
        (build_answer(b"half", Content_Length="100"), "unreadable"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", "unreadable"),
        (b"SSH-2.0-OpenSSH\r\n", "unreadable"),
        (b"", "unreadable"),
    ],
)
def test_an_answer_that_is_no_page_is_named(site: Site, answer: bytes, reason: str) -> None:
    site.answers["/"] = answer
    assert get_failure("http://lada.kz/", site.build_outside()) == reason


def test_a_body_without_an_end_is_cut(site: Site) -> None:
    def send_for_ever(stream: socket.socket) -> None:
        stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            stream.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")

    site.answers["/"] = send_for_ever
    assert get_failure("http://lada.kz/", site.build_outside(), FetchLimits(seconds=20, size=100_000)) == "too_large"


@pytest.mark.parametrize(
    "beginning", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"]
)
def test_a_server_that_drips_byte_by_byte_is_left_in_time(site: Site, beginning: bytes) -> None:
    def drip(stream: socket.socket) -> None:
        stream.sendall(beginning)
        while True:
            stream.sendall(b"x")
            time.sleep(0.05)

    site.answers["/"] = drip
    start = time.perf_counter()
    assert get_failure("http://lada.kz/", site.build_outside(), FetchLimits(seconds=0.5)) == "too_slow"
    assert time.perf_counter() - start < 5


def test_what_can_not_be_reached_is_told_from_what_does_not_exist(site: Site) -> None:
    def resolve(host: str, _port: int) -> list[str]:
        if host == "example.org":
            return [PUBLIC_NUMBER]
        raise socket.gaierror(socket.EAI_NONAME if host == "none.kz" else socket.EAI_AGAIN, "no")

    def resolve_nothing(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "no")

    assert get_failure("http://none.kz/", Outside(resolve)) == "unknown_host"
    assert get_failure("http://later.kz/", Outside(resolve)) == "unreachable"
    assert get_failure("http://none.kz/", Outside(resolve_nothing)) == "unreachable", "this machine is offline"
    site.names["off.kz"] = ["8.8.8.8"]
    assert get_failure("http://off.kz/", site.build_outside()) == "unreachable"
    site.names["second.kz"] = ["8.8.8.8", PUBLIC_NUMBER]
    assert fetch_page("http://second.kz/", site.build_outside()).content == PAGE


def test_a_check_reads_no_body(site: Site) -> None:
    site.answers |= {"/": build_answer(b"", Content_Length="99999999"), "/old": redirect_to("/")}
    assert check_page("http://lada.kz/old", site.build_outside()) == "http://lada.kz/"
    with pytest.raises(FetchFailed):
        check_page("http://lada.kz/gone", site.build_outside())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a key and a certificate of lada.kz."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "lada.kz")])
    today = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today)
        .not_valid_after(today.replace(year=2120))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("lada.kz")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "lada.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return path


def test_the_certificate_has_to_be_that_of_the_name(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def trust() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(certificate))

    with run_site(context) as site:
        site.answers["/"] = build_answer(PAGE)
        assert fetch_page("https://lada.kz/", site.build_outside(trust)).content == PAGE
        assert get_failure("https://other.kz/", site.build_outside(trust)) == "certificate"
        assert get_failure("https://lada.kz/", site.build_outside()) == "certificate", "nobody vouches for it"
