"""Connections to mail servers: TLS, login, and rejection of servers without a valid certificate."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.browser.server import find_free_port
from trainer.messages.smtp import MailServer, MailServerDown

LOGIN = LoginPassword(b"trainer@example.org", b"p:ss w@rd")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """Return a self-signed certificate for localhost and a server context that uses it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name.from_rfc4514_string("CN=localhost")
    began = datetime(2020, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(began).not_valid_after(began + timedelta(days=36500))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
    signed = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), True).sign(key, hashes.SHA256())
    folder = tmp_path_factory.mktemp("tls")
    (folder / "server.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "key.pem")
    return folder / "server.pem", context


def check_login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, known: Any) -> AuthResult:
    """Accept one login only."""
    return AuthResult(success=known == LOGIN, handled=False)


@contextmanager
def run_mail_server(port: int, **more: Any) -> Iterator[None]:
    """Run a mail server that requires a login."""
    controller = Controller(object(), hostname="127.0.0.1", port=port, authenticator=check_login, **more)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def test_a_password_goes_through_starttls(
    certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, context = certificate
    port = find_free_port()
    address = f"smtp://trainer%40example.org:p%3Ass%20w%40rd@127.0.0.1:{port}"
    with run_mail_server(port, tls_context=context):
        with (
            pytest.raises(MailServerDown, match="CERTIFICATE_VERIFY_FAILED"),
            MailServer.from_url(address).open_connection(),
        ):
            pass
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        with MailServer.from_url(address).open_connection() as connection:
            assert isinstance(connection.sock, ssl.SSLSocket)
            assert connection.noop()[0] == 250


def test_a_wrong_password_is_the_servers_to_say(
    certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    port = find_free_port()
    with (
        run_mail_server(port, tls_context=context),
        pytest.raises(MailServerDown, match=r"^535 ") as refused,
        MailServer.from_url(f"smtp://trainer:geheim@127.0.0.1:{port}").open_connection(),
    ):
        pass
    assert "geheim" not in str(refused.value)


def test_without_tls_from_the_first_byte_a_secure_address_does_not_connect() -> None:
    port = find_free_port()
    with (
        run_mail_server(port),
        pytest.raises(MailServerDown),
        MailServer.from_url(f"smtps://127.0.0.1:{port}").open_connection(),
    ):
        pass


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("smtp://mail.example.org", MailServer("mail.example.org", 587)),
        ("smtps://u%40x:p%2F@mail.example.org", MailServer("mail.example.org", 465, "u@x", "p/", uses_tls=True)),
        ("smtp://[::1]:2525", MailServer("::1", 2525)),
    ],
)
def test_an_address_names_host_port_and_account(address: str, server: MailServer) -> None:
    assert MailServer.from_url(address) == server
    assert server.password == "" or server.password not in repr(server)
