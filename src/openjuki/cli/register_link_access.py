"""`openjuki register link token|schema`: who may use the link, and its forms (連携の認証と形式, standard 7.1.1.1)."""

import json
import os
import secrets
from pathlib import Path

import click

from openjuki.cli.options import told
from openjuki.cli.telling import Teller
from openjuki.nodes.entering import KINDS, TO_BE_DECIDED
from openjuki.nodes.register_link.interface import document, line_schema
from openjuki.register.errors import InvalidInput, Say

TOKEN_BYTES = 32
TOKEN_CHARACTERS_MIN = 32


@click.command(epilog="Example: openjuki register link token /etc/juki-link/token")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@told
def token(teller: Teller, file: Path) -> None:
    """Make a token file (mode 0600) for the REST interface; one that is there is left as it is."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        reason = Say("is there already, or cannot be made.", "既にあるか、作れません。")
        raise InvalidInput(
            str(file), reason, Say("Choose another name, or remove it first.", "別の名前にするか、先に消してください。")
        ) from error
    with open(descriptor, "w", encoding="ascii") as made:
        made.write(secrets.token_urlsafe(TOKEN_BYTES) + "\n")
    teller.line(teller.word(Say(f"Give {file} to the existing system.", f"{file} を既存システムに渡してください。")))
    teller.result({"ok": True, "file": str(file)})


def read_token(file: Path | None) -> str:
    """The token of a file; "" without one. InvalidInput if others may read it, or if it is too short to be one."""
    if file is None:
        return ""
    if file.stat().st_mode & 0o077:
        reason = Say("others than its owner may read it.", "所有者以外が読めます。")
        raise InvalidInput("token-file", reason, Say(f"chmod 600 {file}, and make a new one.", "chmod 600 し、作り直してください。"))
    text = file.read_text("utf-8", errors="replace").strip()
    if len(text) < TOKEN_CHARACTERS_MIN or not text.isascii():
        reason = Say("is no token.", "トークンではありません。")
        remedy = "Make one with `openjuki register link token`."
        raise InvalidInput("token-file", reason, Say(remedy, "openjuki register link token で作ってください。"))
    return text


def loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    return host in ("localhost", "127.0.0.1")


@click.command(epilog="Example: openjuki register link schema --openapi > link.json")
@click.option("--openapi", is_flag=True, help="The OpenAPI document of the REST interface instead.")
@told
def schema(teller: Teller, openapi: bool) -> None:
    """Say the JSON Schema of an event line, made from the table of kinds that `openjuki register event` uses."""
    forms = {kind: form for kind, (form, _) in {**KINDS, **TO_BE_DECIDED}.items()}
    said = document(forms) if openapi else line_schema(forms)
    teller.line(json.dumps(said, ensure_ascii=False, indent=2))
    teller.result(said)
