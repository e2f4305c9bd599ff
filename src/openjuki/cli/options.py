"""Options that many commands share: which country, which office, which language, JSON (共通の指定; architecture section 7)."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from openjuki.cli.telling import Teller, language_of

Command = Callable[..., Any]

folder_option = click.option(
    "--dir", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("country"), show_default=True,
    envvar="OPENJUKI_DIR", help="Folder of the country; the environment variable OPENJUKI_DIR says it too.",
)  # fmt: skip
office_option = click.option("--office", metavar="CODE", default="", help="Code of the office; needed where several could be meant.")
operator_option = click.option("--operator", metavar="NAME", default="clerk-1", show_default=True, help="Who is at the keyboard.")


asker_option = click.option(
    "--asker", type=click.Choice(["register-clerk", "other-section"]), default="register-clerk", show_default=True,
    help="For whom: another section of the town hall sees nobody who is restrained.",
)  # fmt: skip


def told(command: Command) -> Command:
    """Give a command `--json` and `--lang`, and a Teller as its first argument."""

    @click.option("--json", "as_json", is_flag=True, help="Say the result as one JSON value.")
    @click.option("--lang", type=click.Choice(["ja", "en"]), default=None, help="Language of messages; else the environment's LANG.")
    @functools.wraps(command)
    def run(*arguments: Any, as_json: bool, lang: str | None, **options: Any) -> Any:
        teller = Teller(as_json=as_json, language=lang or language_of())
        click.get_current_context().find_root().obj = teller
        return command(teller, *arguments, **options)

    return run
