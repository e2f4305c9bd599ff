"""postgresql.toml: right, absent where it may be, or fatal; and a server over the network (データベースの設定)."""

import contextlib
import datetime
import os
import socket
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from openjuki.law.kinds import OfficeKind
from openjuki.nodes.postgres_settings import POSTGRESQL, read_postgres, server_of, write_postgres
from openjuki.nodes.register_place import begin_on_server, open_register, read_hub_store
from openjuki.offices import outbox
from openjuki.offices.marked_store import MarkedStore
from openjuki.offices.retention_role import SweepWork
from openjuki.register.errors import InvalidInput, NotReady
from tests.offices.postgres_server import Cluster, documented, own_cluster
from tests.offices.store_places import SCRIPT, Kept
from tests.offices.store_works import entry

LOCAL = documented("toml")
REMOTE = (
    LOCAL.replace('"/run/postgresql"', '"db.example"')
    + '\nca = "ca.pem"\npassword_file = "office.key"\nowner_password_file = "owner.key"\nretention_password_file = "sweep.key"\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("ca.pem", "office.key", "owner.key", "sweep.key"):
        (tmp_path / name).write_text("x")
        (tmp_path / name).chmod(0o600)
    return tmp_path


def written(folder: Path, text: str) -> Path:
    file = folder / POSTGRESQL
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("text", [LOCAL, REMOTE], ids=["socket", "network"])
def test_what_is_written_is_what_was_read(folder: Path, text: str):
    settings = read_postgres(written(folder, text))
    write_postgres(settings, folder / "again.toml")
    assert read_postgres(folder / "again.toml") == settings


@pytest.mark.parametrize(
    ("text", "old", "new", "item"),
    [
        (LOCAL, 'database = "openjuki"', "", "database"),
        (LOCAL, 'database = "openjuki"', 'database = "a b"', "database"),
        (LOCAL, '"centre"', '"x; DROP"', "schema"),
        (LOCAL, '"centre"', '"Centre"', "schema"),
        (LOCAL, '"openjuki_owner"', '"openjuki_office"', "owner"),
        (LOCAL, "database", 'password = "secret"\ndatabase', "password"),
        (LOCAL, "database", "port = 0\ndatabase", "port"),
        (LOCAL, "database", 'port = "5432"\ndatabase', "port"),
        (LOCAL, "database", 'ca = "ca.pem"\ndatabase', "ca"),
        (LOCAL, "/run/postgresql", "/run/a,/run/b", "host"),
        (REMOTE, 'ca = "ca.pem"', "", "ca"),
        (REMOTE, '"ca.pem"', '"nothing.pem"', "ca"),
        (REMOTE, 'password_file = "office.key"\n', "", "password_file"),
        (REMOTE, 'owner_password_file = "owner.key"', "", "owner_password_file"),
        (REMOTE, 'retention_password_file = "sweep.key"', "", "retention_password_file"),
        (LOCAL, '"openjuki_retention"', '"openjuki_office"', "retention"),
        (LOCAL, '"openjuki_retention"', '"openjuki_owner"', "retention"),
        (LOCAL, '"openjuki_retention"', '"a b"', "retention"),
        (REMOTE, '"db.example"', '"one,two"', "host"),
        (REMOTE, '"db.example"', '"host=x"', "host"),
        (REMOTE, '"db.example"', '""', "host"),
    ],
)  # fmt: skip
def test_a_setting_that_is_not_right_is_fatal_and_named(folder: Path, text: str, old: str, new: str, item: str):
    assert old in text
    with pytest.raises(InvalidInput) as caught:
        read_postgres(written(folder, text.replace(old, new, 1)))
    assert caught.value.item == item
    assert "secret" not in str(caught.value)


def test_a_server_without_a_role_of_sweeps_needs_no_password_for_it(folder: Path):
    text = REMOTE.replace('retention = "openjuki_retention"', "").replace('retention_password_file = "sweep.key"', "")
    settings = read_postgres(written(folder, text))
    assert (settings.retention, settings.retention_password_file) == ("", None)
    assert server_of(folder / POSTGRESQL).sweeper is None


def test_a_password_that_others_can_read_is_refused(folder: Path):
    file = written(folder, REMOTE)
    (folder / "office.key").chmod(0o640)
    with pytest.raises(InvalidInput, match="chmod 600"):
        read_postgres(file)


def test_a_country_names_the_schemas_itself(folder: Path):
    with pytest.raises(InvalidInput, match="schema"):
        read_hub_store(written(folder, LOCAL))
    bare = read_hub_store(written(folder, LOCAL.replace('schema = "centre"', "")))
    with pytest.raises(InvalidInput, match="schema"):
        server_of(folder / POSTGRESQL)
    (folder / "register.db").touch()
    begin_on_server(folder, "460001", bare)
    assert read_postgres(folder / POSTGRESQL).schema == "hub_460001"
    assert not (folder / "register.db").exists()


def test_an_office_has_one_register_and_only_a_hub_has_a_server(tmp_path: Path):
    folder = tmp_path / "offices" / "centre"
    folder.mkdir(parents=True)
    with contextlib.closing(open_register(folder, OfficeKind.CENTRE, (outbox.SCRIPT,))) as store:
        assert type(store) is MarkedStore
    written(folder, LOCAL)
    with pytest.raises(InvalidInput, match=r"register\.db"):
        open_register(folder, OfficeKind.CENTRE, (outbox.SCRIPT,))
    (folder / "register.db").unlink()
    for kind in set(OfficeKind) - {OfficeKind.CENTRE, OfficeKind.PREFECTURE}:
        with pytest.raises(InvalidInput, match="hubs"):
            open_register(folder, kind, (outbox.SCRIPT,))


# -- over the network -----------------------------------------------------------------------------------------------------


def certificate(name: str, issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None = None):
    """A certificate for a host name with its key; without an issuer its own authority."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(issuer[1] if issuer else key, hashes.SHA256())
    )  # fmt: skip
    return made, key


def listening(server: Cluster, port: int) -> None:
    """The server again, with TLS, and SCRAM for whoever comes over the network."""
    authority = certificate("authority")
    made, key = certificate("localhost", authority)
    server.put("server.pem", made.public_bytes(Encoding.PEM))
    server.put("server.key", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    server.put("ca.pem", authority[0].public_bytes(Encoding.PEM))
    server.put("other.pem", certificate("authority")[0].public_bytes(Encoding.PEM))
    server.put("hba", b"local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n")
    with server.admin() as admin:
        for role in ("openjuki_office", "openjuki_owner", "openjuki_retention"):
            admin.execute(f"ALTER ROLE {role} PASSWORD '{role} secret'".encode())
            server.put(f"{role}.key", f"{role} secret\n".encode())
    server.stop_kindly()
    at = server.folder
    ssl = ("ssl=on", f"ssl_cert_file={at}/server.pem", f"ssl_key_file={at}/server.key", f"hba_file={at}/hba")
    server.start("listen_addresses=127.0.0.1", f"port={port}", *ssl)


@pytest.mark.slow
def test_over_a_network_the_server_shows_its_certificate_and_is_shown_a_password():
    with own_cluster() as server, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        listening(server, port)
        files = 'ca = "ca.pem"\npassword_file = "openjuki_office.key"\nowner_password_file = "openjuki_owner.key"\n'
        files += 'retention_password_file = "openjuki_retention.key"\n'
        right = LOCAL.replace('"/run/postgresql"', '"localhost"') + f"\nport = {port}\n{files}"

        def opened(text: str) -> None:
            with contextlib.closing(server.store("centre", (SCRIPT,), Kept(), written(server.folder, text))) as store:
                assert store.run([entry("a")])[1] == ["a"]
                (row,) = store.run([lambda work: work.one("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")])[1]
                assert row == (True, "TLSv1.3")
                assert store.run([SweepWork(lambda work: work.value("SELECT session_user"))])[1] == ["openjuki_retention"]

        opened(right)
        for old, new, why in (
            ('"ca.pem"', '"other.pem"', "SSL error"),
            ('"localhost"', '"127.0.0.1"', "does not match"),
            ('"openjuki_office.key"', '"openjuki_owner.key"', "password authentication failed"),
        ):
            with pytest.raises(NotReady, match=why) as caught:
                opened(right.replace(old, new))
            assert "secret" not in str(caught.value)


@pytest.mark.slow
def test_the_environment_has_no_say():
    """Whatever libpq reads from the environment is said by the settings."""
    said = {"PGHOST": "/nowhere", "PGUSER": "admin", "PGPASSWORD": "x", "PGOPTIONS": "-c synchronous_commit=off", "PGSSLMODE": "require"}
    os.environ.update(said)
    try:
        with own_cluster() as server, contextlib.closing(server.store("centre", (SCRIPT,), Kept())) as store:
            (row,) = store.run([lambda work: work.one("SELECT current_user, current_setting('synchronous_commit')")])[1]
            assert row == ("openjuki_office", "on")
    finally:
        for name in said:
            del os.environ[name]
