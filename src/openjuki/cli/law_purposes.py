"""`openjuki law purposes`: who may receive what, for what (別表第一〜第五; Act art. 30-7, 30-8)."""

import click
import msgspec

from openjuki.cli.options import told
from openjuki.cli.telling import Teller
from openjuki.law.policy import policy_for
from openjuki.law.purposes import PurposeId, Row, catalogue
from openjuki.register.errors import Say


@click.command(epilog="Example: openjuki law purposes --table 5 --json")
@click.option("--table", type=click.IntRange(1, 5), default=None, help="One appendix only.")
@click.option("--search", default="", help="Only rows in whose bodies, statute or affair this text stands.")
@told
def purposes(teller: Teller, table: int | None, search: str) -> None:
    """List the 232 rows of the appendices: bodies, statute, affair, and the items that our policy allows for each."""
    rows = [row for row in catalogue().values() if (table is None or row.table == table) and search in _text(row)]
    for row in rows:
        teller.line(f"appendix:{row.table}:{row.row}  {'・'.join(row.bodies)}  {row.statute}  {teller.word(row.affair)}")
    teller.line(teller.word(Say(f"{len(rows)} rows", f"{len(rows)}行")))
    teller.result([_told(row) for row in rows])


def _text(row: Row) -> str:
    return " ".join([*row.bodies, row.statute, row.affair.ja, row.affair.en])


def _told(row: Row) -> dict[str, object]:
    policy = policy_for(PurposeId(row.table, row.row))
    allowed = {"fields": sorted(policy.fields), "keys": sorted(sorted(keys) for keys in policy.key_sets), "hits_max": policy.hits_max}
    return {**msgspec.to_builtins(row), "affair_id": f"appendix:{row.table}:{row.row}", **allowed}
