"""The page of a program on a desk, for that desk's own browser (端末自身の画面; architecture section 6).

On loopback only, under an address with a key that nobody can guess; a request that names another host (DNS rebinding) or comes from another
site's page is refused, and no other page may frame, read or fill it in. One page: what it shows, and what is done with a form sent on it.
"""

import secrets
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import NamedTuple
from urllib.parse import parse_qsl

from jinja2 import Environment, FunctionLoader

FORM_BYTES_MAX = 16_384
TIMEOUT_S = 20
POLL_S = 0.05
"""How soon the page notices that it is closed."""
POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)  # fmt: skip
HEADERS = {
    "Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
}  # fmt: skip
STYLE = "style.css"


class Shown(NamedTuple):
    """The page now: its HTML, and after how many seconds it asks for itself again (0: never)."""

    html: str
    again_s: int = 0


class LocalPage:
    """One page on loopback. `show` makes it; `take` gets the items of a form that was sent on it, and the page is shown again."""

    def __init__(self, show: Callable[[], Shown], take: Callable[[Mapping[str, str]], None]) -> None:
        self.show, self.take, self._key = show, take, secrets.token_urlsafe(18)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(POLL_S,), daemon=True)
        self._thread.start()

    @property
    def host(self) -> str:
        """The only name by which it answers."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def path(self) -> str:
        """The only path at which it answers."""
        return f"/{self._key}/"

    @property
    def address(self) -> str:
        """What to open in the desk's browser."""
        return f"http://{self.host}{self.path}"

    def close(self) -> None:
        """The page is gone."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def template(name: str) -> Callable[..., str]:
    """A template of this room, ready to be filled in."""
    environment = Environment(loader=FunctionLoader(_read), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template(name).render


def _read(name: str) -> str:
    return files("openjuki.terminal").joinpath("data", name).read_text("utf-8")


def _handler(page: LocalPage) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = TIMEOUT_S

        def do_GET(self) -> None:
            if not self._ours():
                self._send(403, b"", "text/plain")
            elif self.path == page.path:
                shown = page.show()
                self._send(200, shown.html.encode(), "text/html; charset=utf-8", {"Refresh": str(shown.again_s)} if shown.again_s else {})
            elif self.path == page.path + STYLE:
                self._send(200, _read(STYLE).encode(), "text/css; charset=utf-8")
            else:
                self._send(404, b"", "text/plain")

        def do_POST(self) -> None:
            length = self.headers.get("content-length", "")
            size = int(length) if length.isascii() and length.isdigit() else FORM_BYTES_MAX + 1
            if not self._ours() or self.path != page.path or size > FORM_BYTES_MAX:
                self._send(403, b"", "text/plain")
                return
            page.take(dict(parse_qsl(self.rfile.read(size).decode("utf-8", "replace"), keep_blank_values=True)))
            self._send(303, b"", "text/plain", {"Location": page.path})

        def _ours(self) -> bool:
            """From the desk's own browser, from this page itself or typed into its address line."""
            site, origin = self.headers.get("sec-fetch-site", "none"), self.headers.get("origin")
            return self.headers.get("host") == page.host and site in ("same-origin", "none") and origin in (None, f"http://{page.host}")

        def _send(self, status: int, body: bytes, kind: str, more: Mapping[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {**HEADERS, "Content-Type": kind, "Content-Length": str(len(body)), **(more or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing: what is asked here concerns one person."""

    return Handler
