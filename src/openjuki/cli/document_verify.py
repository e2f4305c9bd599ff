"""`openjuki document verify`: is a document whole, and from an office of this realm? (文書の検証; docs/documents.md)."""

import time
from pathlib import Path

import click

from openjuki.cli.options import folder_option, told
from openjuki.cli.telling import FAILED, OK, Teller
from openjuki.nodes import document_papers
from openjuki.nodes.trust_folder import ANCHOR, read_anchor
from openjuki.register.errors import Say


@click.command(epilog="Example: openjuki document verify copy.pdf")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@folder_option
@click.option("--realm", default="", help="The realm whose documents are wanted; else that of the folder.")
@click.option("--official", is_flag=True, help="A specimen of the sandbox is not enough, even in the sandbox.")
@told
def verify(teller: Teller, file: Path, folder: Path, realm: str, official: bool) -> None:
    """Check a document's signature against the certificates in the folder's `trust`; nothing else is read, nobody is asked. Ends with 1
    and the reason if it is unsigned, changed, of another realm, not trusted, or a specimen where that is not enough."""
    from openjuki.documents.examining import SAID, examine  # imports pyHanko

    realm = realm or read_anchor(folder / "trust" / ANCHOR).realm
    trust = document_papers.trust(folder, realm, time.time_ns() // 1_000_000, official_only=official)
    verdict = examine(file.read_bytes(), trust)
    reason = verdict.fault.value if verdict.fault else ""
    told_of: dict[str, object] = {"ok": verdict.ok, "reason": reason}
    if verdict.ok and verdict.told is not None and verdict.signed_at is not None:
        document, number = verdict.told.document, verdict.told.number
        told_of |= {"kind": verdict.told.content.kind.value, "office": verdict.told.office, "document": document, "number": number}
        told_of |= {"specimen": verdict.told.specimen, "signed_at": verdict.signed_at.isoformat()}
        teller.line(teller.word(Say(f"Whole and signed: {number}", f"改ざんなし・署名有効: {number}")))
        if verdict.told.specimen:
            teller.note(Say("It is a specimen of the sandbox and proves nothing.", "見本であり、証明書ではありません。"))
    else:
        teller.line(teller.word(SAID[verdict.fault]) if verdict.fault else "")
    teller.result(told_of)
    click.get_current_context().exit(OK if verdict.ok else FAILED)
