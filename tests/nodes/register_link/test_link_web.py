"""The REST interface of the link (REST連携) over real sockets: who may ask, what is answered, what stands in the log."""

import asyncio
import datetime
import ipaddress
import json
import socket
import ssl
from collections.abc import Callable
from http.client import HTTPConnection, HTTPSConnection
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from openjuki.nodes.entering import KINDS, TO_BE_DECIDED
from openjuki.nodes.register_link import web
from openjuki.nodes.register_link.desk import OPERATIONS
from openjuki.nodes.register_link.interface import BODY_BYTES_MAX, DOCUMENT, WAYS, Fault, Lines, document, line_schema
from openjuki.nodes.register_link.lines import Line
from openjuki.nodes.register_link.messages import KINDS as MESSAGE_KINDS
from openjuki.nodes.serving import serving
from openjuki.register.errors import NotReady, Say
from tests.house.sources import ROOT
from tests.nodes.register_link.linked_town import SOURCE, LinkedTown, born, died, moved_in

FORMS = {kind: form for kind, (form, _) in {**KINDS, **TO_BE_DECIDED}.items()}
TOKEN = "a" * 43
Asked = tuple[int, Any, dict[str, str]]


class Served:
    """The interface on a port of its own, and a caller with a token."""

    def __init__(self, town: LinkedTown | None = None, token: str = TOKEN, tls: ssl.SSLContext | None = None) -> None:
        self.town, self.token, self.tls, self.log = town or LinkedTown(), token, tls, list[str]()
        self.silent, self.client = False, None if tls is None else ssl.create_default_context()
        self.port = 0

    async def talk(self, operation: str, asked: dict[str, Any]) -> Any:
        if self.silent:
            raise NotReady("office", Say("nothing answers.", "応答がありません。"), Say("Start it.", "起動してください。"))
        answer = await OPERATIONS[operation](self.town.desk, json.loads(msgspec.json.encode(asked)))
        return json.loads(msgspec.json.encode(answer))

    def ask(self, method: str, path: str, body: Any = None, raw: bytes | None = None, **headers: str) -> Asked:
        """One request as the existing system makes it."""
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        line: HTTPConnection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        if self.client is not None:
            line = HTTPSConnection("127.0.0.1", self.port, timeout=10, context=self.client)
        try:
            line.request(method, path, data, {"Authorization": f"Bearer {self.token}", **headers})
            answer = line.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None, dict(answer.getheaders())
        finally:
            line.close()

    def send(self, *lines: Line) -> Asked:
        return self.ask(
            "POST", "/v1/events", {"lines": [{"sequence": l1.sequence, "operator": l1.operator, "event": l1.event} for l1 in lines]}
        )

    def play(self, script: Callable[["Served"], Any]) -> Any:
        """Serve while the script asks, in a thread of its own."""
        token = "" if self.tls else TOKEN
        app = web.application(self.talk, SOURCE, FORMS, token=token, hosts=("127.0.0.1", "localhost"), log=self.log.append)
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        said: list[Any] = []

        async def asking() -> None:
            async with serving(app, listener, web.AT_ONCE_MAX, self.tls):
                said.append(await asyncio.to_thread(script, self))

        asyncio.run(asking())
        return said[0]


def test_events_go_in_and_outcomes_messages_and_status_come_out():
    def script(served: Served) -> None:
        status, taken, _ = served.send(moved_in(1), moved_in(2, "住基　次郎"))
        assert (status, taken["expected"], [one["outcome"] for one in taken["outcomes"]]) == (200, 3, ["accepted"] * 2)
        code = taken["outcomes"][0]["persons"][0]["code"]
        assert served.send(moved_in(1))[1]["outcomes"][0]["again"]
        status, taken, _ = served.send(died(3, code), born(4, code))
        assert (status, [one["outcome"] for one in taken["outcomes"]]) == (200, ["accepted", "refused"])
        assert [one["sequence"] for one in served.ask("GET", "/v1/outcomes?since=2")[1]["outcomes"]] == [3, 4]
        assert len(served.ask("GET", "/v1/outcomes?since=0&limit=1")[1]["outcomes"]) == 1
        served.town.ask("link-quarantine-drop", number=1, operator="chief", reason="wrong")
        (message,) = served.ask("GET", "/v1/messages?since=0")[1]["messages"]
        assert (message["sequence"], message["kind"]) == (1, "event-dropped")
        assert served.ask("POST", "/v1/messages/acknowledgement", {"sequence": 1})[1] == {"acknowledged": 1}
        assert served.ask("GET", "/v1/messages?since=1")[1] == {"messages": []}
        (link,) = served.ask("GET", "/v1/status")[1]["links"]
        assert (link["expected"], link["acknowledged"], link["quarantined"]) == (5, 1, 0)

    served = Served()
    served.play(script)
    assert "POST /v1/events 200" in served.log
    assert not any(digit in line for line in served.log for digit in ("住", "?", "since"))


def test_a_gap_and_a_silent_office_have_answers_of_their_own():
    def script(served: Served) -> None:
        status, taken, _ = served.send(moved_in(3))
        assert (status, taken["gap"], taken["expected"]) == (409, True, 1)
        served.silent = True
        status, said, headers = served.send(moved_in(1))
        assert (status, said["error"]["item"], headers["retry-after"]) == (503, "office", "5")
        served.silent = False
        served.town.ask("link-close", operator="chief")
        assert served.send(moved_in(1))[0] == 503

    Served().play(script)


@pytest.mark.parametrize("shown", ["", "b" * 43, TOKEN + "a", TOKEN[:-1]])
def test_without_the_token_nothing_is_served(shown):
    def script(served: Served) -> None:
        served.token = shown
        for way in WAYS:
            assert served.ask(way.method, way.path)[0] == 401
        for path in (DOCUMENT, "/", "/v1"):
            assert served.ask("GET", path)[0] == 401
        assert served.ask("POST", "/v1/events", raw=b"x" * 3_000_000)[0] == 401

    served = Served()
    served.play(script)
    assert served.town.do(lambda t: t.value("SELECT count(*) FROM person")) == 0
    assert not any(shown in line for line in served.log if shown)


MALFORMED = (b"", b"{", b"[]", b"{}", b'{"lines": 1}', b'{"lines": [], "more": 1}', b"\xff", b"[" * 100_000)


def test_what_is_not_of_its_form_is_refused_and_never_repeated():
    secret = "秘密花子"

    def script(served: Served) -> None:
        for raw in MALFORMED:
            assert served.ask("POST", "/v1/events", raw=raw)[0] == 400, raw[:20]
        said = served.ask("POST", "/v1/events", {"lines": [{"sequence": secret, "operator": "a", "event": {}}]})
        assert (said[0], secret in str(said[1])) == (400, False)
        for query in ("", "since=", "since=-1", "since=x", "since=1&since=2", "since=１", "since=99999999999999999"):
            path = "/v1/outcomes?" + query.replace("１", "%EF%BC%91")
            assert served.ask("GET", path)[0] == (200 if not query else 400), query
        assert served.ask("GET", f"/v1/{'a' * 9}")[0] == 404
        assert served.ask("GET", "/v1/events")[0] == 405
        assert served.ask("POST", "/v1/events", {"lines": [{"sequence": 1, "operator": "a b", "event": {}}]})[0] == 400

    served = Served()
    served.play(script)
    assert "GET (unknown path) 404" in served.log


def chunked(port: int, pieces: int) -> HTTPConnection:
    """A caller that does not say how much comes, and sends so many pieces of 64 KiB."""
    caller = HTTPConnection("127.0.0.1", port, timeout=10)
    caller.putrequest("POST", "/v1/events")
    caller.putheader("Authorization", f"Bearer {TOKEN}")
    caller.putheader("Transfer-Encoding", "chunked")
    caller.endheaders()
    for _ in range(pieces):
        caller.send(b"10000\r\n" + b" " * 65_536 + b"\r\n")
    caller.send(b"0\r\n\r\n")
    return caller


def test_too_much_is_refused_before_it_is_held():
    def script(served: Served) -> None:
        assert served.ask("POST", "/v1/events", raw=b" " * (BODY_BYTES_MAX + 1))[0] == 413
        line = {"sequence": 1, "operator": "a", "event": {}}
        assert served.ask("POST", "/v1/events", {"lines": [line] * 501})[0] == 413
        lied = chunked(served.port, 40)
        assert lied.getresponse().status == 413
        with pytest.raises(OSError):  # whoever never ends is cut off
            chunked(served.port, 1_000)

    Served().play(script)


def test_a_page_of_another_name_is_not_served():
    def script(served: Served) -> None:
        for name in ("evil.example", "evil.example:80", "", "127.0.0.1.evil.example"):
            assert served.ask("GET", "/v1/status", Host=name)[0] == 400
        assert served.ask("GET", "/v1/status", Host="localhost:1")[0] == 200

    Served().play(script)


def test_the_document_is_served_and_says_what_the_interface_does():
    served = Served()
    status, said, _ = served.play(lambda one: one.ask("GET", DOCUMENT))
    assert (status, said) == (200, json.loads(msgspec.json.encode(document(FORMS))))


def pointers(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(pointers(one) for one in value.values()))
    return set().union(*(pointers(one) for one in value)) if isinstance(value, list | tuple) else set()


def test_the_document_is_whole_and_of_the_table_of_kinds():
    made = json.loads(msgspec.json.encode(document(FORMS)))
    schemas = made["components"]["schemas"]
    assert made["openapi"] == "3.1.0"
    assert pointers(made) <= {f"#/components/schemas/{name}" for name in schemas}
    offered = {(method.upper(), path) for path, ways in made["paths"].items() for method in ways}
    assert offered == {(way.method, way.path) for way in WAYS}
    events = schemas["Line"]["properties"]["event"]
    assert set(events["discriminator"]["mapping"]) == set(FORMS)
    for kind, form in FORMS.items():
        schema = schemas[f"event-{kind}"]
        fields = msgspec.structs.fields(form)
        assert set(schema["properties"]) == {"kind", *(field.name for field in fields)}
        assert schema["required"] == ["kind", *(field.name for field in fields if field.required)]
        assert schema["properties"]["kind"] == {"const": kind}
    assert schemas["Message"]["properties"]["kind"]["enum"] == list(MESSAGE_KINDS)


def test_the_schema_of_a_line_stands_alone():
    schema = json.loads(msgspec.json.encode(line_schema(FORMS)))
    assert schema["$ref"] == "#/$defs/Line"
    assert pointers(schema) <= {f"#/$defs/{name}" for name in schema["$defs"]}
    assert not {"Taken", "OfficeStatus", "Told"} & set(schema["$defs"])


def test_the_page_names_every_way_and_every_kind_of_message():
    page = (ROOT / "docs/register-link.md").read_text("utf-8")
    assert not [way.path for way in WAYS if f"`{way.method} {way.path}" not in page]
    assert not [kind for kind in MESSAGE_KINDS if f"`{kind}`" not in page]


def test_every_answer_is_of_the_form_that_the_document_says():
    def script(served: Served) -> None:
        served.send(moved_in(1), died(2, "1"))
        bodies = {"/v1/events": {"lines": []}, "/v1/messages/acknowledgement": {"sequence": 0}}
        for way in WAYS:
            status, said, _ = served.ask(way.method, way.path, bodies.get(way.path))
            assert status == 200
            assert json.loads(msgspec.json.encode(msgspec.convert(said, way.answer))) == said
        _, said, _ = served.ask("GET", "/v1/outcomes?since=x")
        msgspec.convert(said, Fault)
        assert {field.name for field in msgspec.structs.fields(Lines)} == {"lines"}

    Served().play(script)


class Authority:
    """An authority that certifies whoever asks."""

    def __init__(self, folder: Any, name: str) -> None:
        self.folder, self.name = folder, x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(self._signed(self.name, self.key, ca=True).public_bytes(serialization.Encoding.PEM))

    def _signed(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, ca: bool) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(key.public_key())
        made = made.serial_number(x509.random_serial_number()).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
        made = made.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        return made.add_extension(names, critical=False).sign(self.key, hashes.SHA256())

    def certify(self, name: str) -> tuple[str, str]:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        files = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        files[0].write_bytes(self._signed(subject, key, ca=False).public_bytes(serialization.Encoding.PEM))
        private = serialization.PrivateFormat.PKCS8
        files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption()))
        return str(files[0]), str(files[1])


def test_over_tls_only_a_certificate_of_the_named_authority_is_let_in(tmp_path):
    house, stranger = Authority(tmp_path, "house"), Authority(tmp_path, "stranger")
    served = Served(tls=web.client_certificates(*house.certify("link"), str(house.file)))
    assert served.client is not None
    served.client.load_verify_locations(house.file)

    def script(one: Served) -> None:
        with pytest.raises((OSError, ssl.SSLError)):
            one.ask("GET", "/v1/status")
        assert one.client is not None
        one.client.load_cert_chain(*stranger.certify("impostor"))
        with pytest.raises((OSError, ssl.SSLError)):
            one.ask("GET", "/v1/status")
        one.client.load_cert_chain(*house.certify("juki"))
        assert one.ask("GET", "/v1/status")[0] == 200

    served.play(script)
