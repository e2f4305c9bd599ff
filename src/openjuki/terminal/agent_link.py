"""The agent's line to its office: it dials out, is paired by the code on the page, then answers (カード端末の接続; architecture section 6).

One JSON text a line. Nobody dials in: a desk needs no open port, and no page of any site can reach the card. TLS, with the office's name
checked, everywhere but on this machine's own loopback.
"""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from openjuki.register.errors import NotReady, Reason, Refused, Say
from openjuki.terminal.agent import MESSAGE_BYTES_MAX, Agent, Request, decode_request, encode

LOOPBACK = ("127.0.0.1", "::1", "localhost")
DIAL_S = 10


class Pairing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line: the code that the page shows."""

    code: str


def serve(agent: Agent, host: str, port: int, code: str, paired: Callable[[], None]) -> None:
    """Dials the office, is paired, answers until the office hangs up.

    Raises NotReady if it cannot be reached or falls in the middle of a question, Refused for a wrong code or what is no question.
    """
    with _spoken(host, port):
        line = _dialled(host, port)
    with line, line.makefile("rb") as heard:

        def say(message: bytes) -> None:
            with _spoken(host, port):
                line.sendall(message + b"\n")

        def hear() -> bytes:
            with _spoken(host, port):
                return heard.readline(MESSAGE_BYTES_MAX)

        say(encode(Pairing(code)))
        if hear() != b"paired\n":
            raise Refused(Reason.UNTRUSTED, "pairing code")
        paired()
        while request := asked(hear()):
            say(encode(agent.answer(request)))


@contextmanager
def _spoken(host: str, port: int) -> Iterator[None]:
    """Whatever befalls the line in here is the office's silence; a fault of the desk's own disk or reader is not."""
    try:
        yield
    except OSError as error:
        raise NotReady(
            f"{host}:{port}",
            Say("the office does not answer.", "窓口に接続できません。"),
            Say("Read the address from the page again.", "画面の接続先を確かめてください。"),
        ) from error


def asked(line: bytes) -> Request | None:
    """The question in a line; None when the office has hung up. Raises Refused if it is no question."""
    if not line:
        return None
    try:
        return decode_request(line)
    except (ValueError, RecursionError) as error:  # msgspec says most of it in words of its own, but not what is no UTF-8
        raise Refused(Reason.MALFORMED, "card agent") from error


def _dialled(host: str, port: int) -> socket.socket:
    line = socket.create_connection((host, port), timeout=DIAL_S)
    if host not in LOOPBACK:
        line = ssl.create_default_context().wrap_socket(line, server_hostname=host)
    line.settimeout(None)
    return line
