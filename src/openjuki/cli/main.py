"""The command `openjuki`: every command is a file of this room, listed here (コマンド; architecture section 7)."""

from typing import Any

import click

from openjuki.cli import (
    card_agent,
    card_attack,
    card_desk,
    card_insert,
    card_make,
    card_pin,
    card_show,
    card_verify,
    country_story,
    country_up,
    doctor,
    document_issued,
    document_make,
    document_notices,
    document_verify,
    law_calendar,
    law_ordinances,
    law_purposes,
    node_join,
    node_requests,
    node_restored,
    node_run,
    office_error,
    office_retention,
    query,
    register_character,
    register_check,
    register_event,
    register_export,
    register_history,
    register_import,
    register_link,
    register_supplement,
    register_work,
    report_ledger,
    report_savings,
    report_yearly,
    status,
)
from openjuki.cli.telling import Teller, language_of
from openjuki.register.errors import OpenJukiError


class _Desk(click.Group):
    """Ends every command with its exit code; an error is said to the person in front, with its remedy."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OpenJukiError as error:
            teller = ctx.obj if isinstance(ctx.obj, Teller) else Teller(language=language_of())
            teller.error(error)
            ctx.exit(error.exit_code)


@click.group(cls=_Desk, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="openjuki")
def main() -> None:
    """OpenJuki: the software of every office of a resident register network, and a country to try it in.

    Exit codes: 0 ok, 1 failed, 2 usage, 3 partly done, 4 not permitted, 75 try later.
    """


@main.group()
def country() -> None:
    """A whole country on this machine."""


@main.group()
def node() -> None:
    """One office in a process of its own."""


@main.group()
def office() -> None:
    """Upkeep of one office."""


@main.group()
def document() -> None:
    """Documents: make one for a resident, check one."""


@main.group()
def register() -> None:
    """Residents and events of a municipality; numbers."""


@main.group()
def report() -> None:
    """What an office reports of its provision."""


@main.group()
def law() -> None:
    """What the Act allows."""


@main.group()
def card() -> None:
    """Test cards, in files and in readers."""


for group, command in (
    (card, card_make.make),
    (card, card_insert.insert),
    (card, card_show.show),
    (card, card_pin.pin),
    (card, card_verify.verify),
    (card, card_desk.desk),
    (card, card_attack.attack),
    (card, card_agent.agent),
    (country, country_up.up),
    (country, country_story.story),
    (node, node_run.run),
    (node, node_join.join_),
    (node, node_restored.restored),
    (node, node_requests.requests),
    (node, node_requests.agree),
    (node, node_requests.refuse),
    (node, node_requests.suspend),
    (node, node_requests.open_),
    (office, office_retention.retention),
    (office, office_error.error),
    (register, register_import.import_),
    (register, register_export.export),
    (register, register_event.event),
    (register, register_history.history),
    (register, register_character.character),
    (register, register_check.check),
    (register, register_work.work),
    (report, report_yearly.yearly),
    (report, report_ledger.ledger),
    (report, report_savings.savings),
    (register, register_link.link),
    (register, register_supplement.supplement),
    (document, document_make.make),
    (document, document_verify.verify),
    (document, document_notices.notices),
    (document, document_issued.issued),
    (document, document_issued.spoiled),
    (law, law_purposes.purposes),
    (law, law_calendar.calendar),
    (law, law_ordinances.ordinances),
    (main, query.query),
    (main, status.status),
    (main, doctor.doctor),
):
    group.add_command(command)

if __name__ == "__main__":
    main()
