"""Before every page: is it from our own pages, is it small, and what may a browser do with the answer (画面の防護; P8, P10)."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES_MAX = 256 * 1024
OWN_SITE = ("same-origin", "none")
POLICY = "; ".join((
    "default-src 'none'", "style-src 'self'", "script-src 'self'", "img-src 'self' data:", "font-src 'self'", "connect-src 'self'",
    "frame-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'self'",
))  # fmt: skip
HEADERS = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-content-type-options": "nosniff",
}
NO_STORE = "no-store"
"""Nothing of a person's page stays in the browser; what is the same for everybody says otherwise itself."""


class Guard:
    """Wraps the pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve what comes from the office's own pages; answer anything else with 403 or 413."""
        if scope["type"] != "http":
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", NO_STORE)
            await send(message)

        headers = Headers(scope=scope)
        if scope["method"] not in ("GET", "HEAD") and not _of_our_own(headers):
            await PlainTextResponse("403: this form was not sent from this office's pages.", 403)(scope, receive, guarded)
        elif int(headers.get("content-length", "0")) > BODY_BYTES_MAX or "transfer-encoding" in headers:
            await PlainTextResponse("413: too large.", 413)(scope, receive, guarded)
        else:
            await self._app(scope, receive, guarded)


def _of_our_own(headers: Headers) -> bool:
    """Browsers say where a form came from; one that says neither is left to the form's token."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site in OWN_SITE
    return origin is None or origin.partition("://")[2] == headers.get("host")
