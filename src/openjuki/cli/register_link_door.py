"""The REST interface of a link, opened by its command: to whom, and on which address (REST連携の窓口, standard 7.1.1.1)."""

import socket
import ssl
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import click

from openjuki.cli.register_link_access import loopback, read_token
from openjuki.cli.telling import Teller
from openjuki.nodes.entering import KINDS, TO_BE_DECIDED
from openjuki.nodes.register_link import web
from openjuki.nodes.register_link.exchange import Talk
from openjuki.nodes.serving import serving
from openjuki.register.errors import InvalidInput, NotReady, Say


class Access(NamedTuple):
    """Where the REST interface listens and whom it lets in."""

    host: str
    port: int
    token_file: Path | None
    certificate: Path | None
    key: Path | None
    client_ca: Path | None


def open_door(teller: Teller, access: Access, talk: Talk, source: str) -> AbstractAsyncContextManager[None]:
    """The REST interface on an open socket, served while this is open. InvalidInput if it would let in whom it does not know."""
    token, tls = read_token(access.token_file), _tls(access)
    if tls is None and (not token or not loopback(access.host)):
        reason = Say("would let in whoever reaches it.", "認証なしでは公開できません。")
        remedy = Say(
            "Give --token-file on loopback; elsewhere --certificate, --key and --client-ca.",
            "--token-file を、ループバック以外では --certificate・--key・--client-ca を指定してください。",
        )
        raise InvalidInput("access", reason, remedy)
    hosts = ("127.0.0.1", "localhost") if loopback(access.host) else ()
    forms = {kind: form for kind, (form, _) in {**KINDS, **TO_BE_DECIDED}.items()}
    app = web.application(talk, source, forms, token=token, hosts=hosts, log=partial(click.echo, err=True))
    listener = _listen(access)
    port = listener.getsockname()[1]
    teller.result({"ok": True, "host": access.host, "port": port})
    teller.line(teller.word(Say(f"The REST interface listens on {access.host}:{port}.", f"REST連携: {access.host}:{port}")))
    return serving(app, listener, web.AT_ONCE_MAX, tls)


def _listen(access: Access) -> socket.socket:
    try:
        return socket.create_server((access.host, access.port))
    except OSError as error:
        taken = Say("cannot be listened on.", "使えません。")
        raise NotReady(f"{access.host}:{access.port}", taken, Say("Choose another one.", "別のものを指定してください。")) from error


def _tls(access: Access) -> ssl.SSLContext | None:
    given = (access.certificate, access.key, access.client_ca)
    if not any(given):
        return None
    try:
        return web.client_certificates(*(str(path or "") for path in given))
    except OSError as error:  # a file that is missing, or is no certificate or key
        reason = Say("certificate, key and client authority do not make a listener.", "証明書・鍵・認証局の指定が正しくありません。")
        raise InvalidInput("certificate", reason, Say("Give all three, in PEM.", "三つともPEMで指定してください。")) from error
