"""The link's local REST interface: the same as the exchange folder, by HTTP on loopback (REST連携, standard 7.1.1.1).

Refused unless the caller shows the token or, over TLS 1.3, a certificate of the existing system. No personal data stands in an address or
in a line of the log. Between offices nothing of this is spoken (promise P13): it ends in the municipality's own house.
"""

import asyncio
import hmac
import ssl
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as AsgiMessage

from openjuki.nodes.register_link.exchange import Talk
from openjuki.nodes.register_link.interface import BODY_BYTES_MAX, DOCUMENT, LINES_MAX, PAGE_MAX, WAYS, Fault, Forms, Way, document
from openjuki.nodes.register_link.ledger import Told
from openjuki.nodes.register_link.lines import UNREADABLE
from openjuki.register.errors import Broken, Conflict, InvalidInput, NotReady, OpenJukiError, Refused, Say

BODY_S = 30.0
"""Seconds in which a request's body must be there."""
THROWN_AWAY_BYTES_MAX = 16 * BODY_BYTES_MAX
AT_ONCE_MAX = 16
RETRY_AFTER_S = "5"
_STATUS: dict[type[OpenJukiError], int] = {InvalidInput: 400, Conflict: 409, NotReady: 503, Refused: 403, Broken: 500}
Log = Callable[[str], None]
"""Hears of each request: method, path, status."""

encode = msgspec.json.Encoder().encode


def application(talk: Talk, source: str, forms: Forms, *, token: str, hosts: tuple[str, ...], log: Log) -> ASGIApp:
    """The interface for one system; with a token every request needs it, without one the listener must have asked for a certificate.
    `hosts` are the names under which it may be addressed; none for any."""
    said = encode(document(forms))

    async def openapi(request: Request) -> Response:
        return Response(said, media_type="application/json")

    routes = [Route(way.path, partial(_serve, way, talk, source), methods=[way.method]) for way in WAYS]
    app = Starlette(
        routes=[*routes, Route(DOCUMENT, openapi, methods=["GET"])],
        exception_handlers={OpenJukiError: _fault, HTTPException: _http_fault},
    )
    return Guard(app, token, hosts, log)


class Guard:
    """Before everything else: who asks? And a line in the log, without the query."""

    def __init__(self, app: ASGIApp, token: str, hosts: tuple[str, ...], log: Log) -> None:
        self._app, self._expected, self._hosts, self._log = app, f"Bearer {token}".encode() if token else b"", hosts, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve HTTP requests that show the token; everything else is refused."""
        if scope["type"] != "http":
            return

        async def noted(message: AsgiMessage) -> None:
            if message["type"] == "http.response.start":
                self._log(f"{scope['method']} {_shown(scope['path'])} {message['status']}")
            await send(message)

        shown = [value for name, value in scope["headers"] if name == b"authorization"]
        if self._expected and not (len(shown) == 1 and hmac.compare_digest(shown[0], self._expected)):
            await _answer(401, Fault(_NO_TOKEN), {"www-authenticate": "Bearer"})(scope, receive, noted)
        elif self._hosts and not self._meant(scope):
            await _answer(400, Fault(_OTHER_NAME))(scope, receive, noted)
        else:
            await self._app(scope, receive, noted)

    def _meant(self, scope: Scope) -> bool:
        """Whether the caller meant this interface: a name that somebody else's page had resolved to loopback is not ours."""
        named = [
            value.decode("latin-1").rpartition(":")[0] or value.decode("latin-1") for name, value in scope["headers"] if name == b"host"
        ]
        return len(named) == 1 and named[0] in self._hosts


_NO_TOKEN = Told(
    "authorization",
    Say("the token is missing or another one.", "認証トークンがないか違います。"),
    Say("Send the token of the link's token file.", "連携のトークンを付けてください。"),
)
_OTHER_NAME = Told(
    "host",
    Say("is not the name of this interface.", "この窓口の名前ではありません。"),
    Say("Use 127.0.0.1.", "127.0.0.1 を使ってください。"),
)
_PATHS = frozenset({way.path for way in WAYS} | {DOCUMENT})


def _shown(path: str) -> str:
    return path if path in _PATHS else "(unknown path)"


async def _serve(way: Way, talk: Talk, source: str, request: Request) -> Response:
    asked: dict[str, Any] = {"source": source}
    if way.since:
        asked |= {"since": _number(request, "since", 0), "limit": _number(request, "limit", PAGE_MAX)}
    if way.body:
        asked |= msgspec.to_builtins(_decoded(await _body(request), way.body))
    done = await talk(way.operation, asked)
    if done.get("later"):
        return _answer(503, done, {"retry-after": RETRY_AFTER_S})
    return _answer(409 if done.get("gap") else 200, done)


def _number(request: Request, name: str, default: int) -> int:
    given = request.query_params.getlist(name) or [str(default)]
    if len(given) > 1 or not given[0].isascii() or not given[0].isdigit() or len(given[0]) > 16:
        raise InvalidInput(name, Say("is no number.", "数ではありません。"), _SEE)
    return int(given[0])


async def _body(request: Request) -> bytes:
    """The body. Of one that is too long the rest is thrown away, up to a limit: who is still sending would not hear the refusal."""
    held, came = bytearray(), 0
    try:
        async with asyncio.timeout(BODY_S):
            async for piece in request.stream():
                came += len(piece)
                if came > THROWN_AWAY_BYTES_MAX:
                    break
                if came <= BODY_BYTES_MAX:
                    held += piece
    except (TimeoutError, ClientDisconnect) as error:
        raise HTTPException(408) from error
    if came > BODY_BYTES_MAX:
        raise HTTPException(413)
    return bytes(held)


def _decoded(data: bytes, kind: type) -> Any:
    try:
        held: Any = msgspec.json.decode(data, type=kind)
    except UNREADABLE as error:
        raise InvalidInput("body", Say("is not of its form.", "形式どおりではありません。"), _SEE) from error
    if len(getattr(held, "lines", ())) > LINES_MAX:
        raise HTTPException(413)
    return held


_SEE = Say(f"See {DOCUMENT}.", f"{DOCUMENT} を見てください。")


def _answer(status: int, body: Any, headers: dict[str, str] | None = None) -> Response:
    return Response(encode(body), status, {"cache-control": "no-store", **(headers or {})}, "application/json")


async def _fault(request: Request, error: Exception) -> Response:
    assert isinstance(error, OpenJukiError)  # noqa: S101 - registered for this type
    headers = {"retry-after": RETRY_AFTER_S} if isinstance(error, NotReady) else {}
    return _answer(_STATUS.get(type(error), 500), Fault(Told.of(error)), headers)


async def _http_fault(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type
    headers = {"connection": "close"} if error.status_code in (408, 413) else dict(error.headers or {})
    return _answer(error.status_code, Fault(Told("request", Say("cannot be served.", "処理できません。"), _SEE)), headers)


def client_certificates(certificate: str, key: str, authority: str) -> ssl.SSLContext:
    """TLS 1.3 that asks the caller for a certificate of that authority."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_3
    made.load_cert_chain(certificate, key)
    made.load_verify_locations(authority)
    made.verify_mode = ssl.CERT_REQUIRED
    return made
