"""`openjuki document make`: a document for a resident, from the register to a signed PDF (証明書の発行; docs/documents.md)."""

from pathlib import Path

import click

from openjuki.cli.options import folder_option, office_option, operator_option, told
from openjuki.cli.session import perform
from openjuki.cli.telling import Teller
from openjuki.documents.choosing import Choice
from openjuki.nodes.document_orders import OF_ONE
from openjuki.register.errors import Say


@click.command(epilog="Example: openjuki document make resident-copy --resident 24727059608 --with relationship --out copy.pdf")
@click.argument("kind", type=click.Choice([kind.value for kind in OF_ONE]))
@folder_option
@office_option
@operator_option
@click.option("--resident", metavar="CODE", required=True, help="Resident record code, the present one or an older one.")
@click.option("--out", "file", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The PDF; only its owner can read it.")
@click.option("--with", "chosen", type=click.Choice([one.value for one in Choice]), multiple=True, help="Show this too; may be repeated.")
@click.option("--request", metavar="NUMBER", default="counter", show_default=True, help="Number of the request at the counter.")
@click.option("--terminal", metavar="NAME", default="窓口1", show_default=True, help="Where it is issued, for the issue number.")
@click.option("--printer", metavar="NUMBER", default="", help="Number of the printer, for the issue number.")
@click.option("--unsigned", is_flag=True, help="Without the office's electronic signature: for paper.")
@told
def make(
    teller: Teller, kind: str, folder: Path, office: str, operator: str, resident: str, file: Path, chosen: tuple[str, ...], request: str,
    terminal: str, printer: str, unsigned: bool,
) -> None:  # fmt: skip
    """Make a document for a resident who asks for it in person: numbered, compared with what was asked, signed, recorded."""
    asked = {
        "kind": kind, "office": office, "operator": operator, "resident": resident, "file": str(file.resolve()), "chosen": list(chosen),
        "request": request, "terminal": terminal, "printer": printer, "sealed": not unsigned,
    }  # fmt: skip
    done = perform(teller, folder, "document-make", asked)
    teller.line(teller.word(Say(f"{done['number']}: {done['pages']} page(s) in {file}", f"{done['number']}: {file}（{done['pages']}枚）")))
    teller.result({"ok": True, **done})
