"""The agent's line to its office: it dials out, is paired by the code on the page, then answers (カード端末の接続; architecture section 6).

One JSON text a line. Nobody dials in: a desk needs no open port, and no page of any site can reach the card. TLS, with the office's name
checked, everywhere but on this machine's own loopback.
"""

import socket
import ssl
from collections.abc import Callable

import msgspec

from openjuki.register.errors import NotReady, Reason, Refused, Say
from openjuki.terminal.agent import MESSAGE_BYTES_MAX, Agent, Answer, Request, decode_request, encode

LOOPBACK = ("127.0.0.1", "::1", "localhost")
DIAL_S = 10


class Pairing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line: the code that the page shows."""

    code: str


def serve(agent: Agent, host: str, port: int, code: str, paired: Callable[[], None]) -> None:
    """Dials the office, is paired, answers until the office hangs up.

    Raises NotReady if it cannot be reached or falls in the middle of a question, Refused for a wrong code or what is no question.
    """
    try:
        with _dialled(host, port) as line, line.makefile("rb") as heard:
            line.sendall(encode(Pairing(code)) + b"\n")
            if heard.readline(MESSAGE_BYTES_MAX) != b"paired\n":
                raise Refused(Reason.UNTRUSTED, "pairing code")
            paired()
            while request := asked(heard.readline(MESSAGE_BYTES_MAX)):
                answer: Answer = agent.answer(request)
                line.sendall(encode(answer) + b"\n")
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
