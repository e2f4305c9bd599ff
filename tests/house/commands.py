"""The command and its documentation agree (コマンドと説明の一致): each has an example and --json, each is documented, no invented ones."""

import re
from collections.abc import Iterator, Mapping

import click

CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
CALL = re.compile(r"(?:^|[\s$/])openjuki((?: (?!-)[a-z][a-z|-]*)+)(.*)$")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def leaves(group: click.Command, path: str = "openjuki") -> dict[str, click.Command]:
    """Every command that does something, by its full name."""
    if not isinstance(group, click.Group):
        return {path: group}
    context = click.Context(group)
    children = ((name, group.get_command(context, name)) for name in group.list_commands(context))
    return {full: leaf for name, child in children if child for full, leaf in leaves(child, f"{path} {name}").items()}


def faults(path: str, command: click.Command) -> list[str]:
    """What a command lacks: an example of itself in its help, `--json`, words about each option."""
    text = command.get_help(click.Context(command, info_name=path))
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    lacking = [] if re.search(rf"{re.escape(path)}\b(?! \[OPTIONS\])", text) else ["an example in --help"]
    lacking += [] if any("--json" in option.opts for option in options) else ["--json"]
    lacking += [f"help for {option.opts[-1]}" for option in options if not option.help and not option.hidden]
    return [f"{path} lacks {what}" for what in lacking]


def calls(page: str) -> Iterator[tuple[list[str], list[str]]]:
    """The calls in the code of a page: words after `openjuki`, and options; `run|join` stands for two calls."""
    for block, inline in CODE.findall(page):
        for line in (block or inline).replace("\\\n", " ").splitlines():
            for match in [CALL.search(line.split("#")[0])]:
                if match:
                    words = match[1].split()
                    for variant in words[-1].split("|"):
                        yield [*words[:-1], variant], OPTION.findall(match[2])


def undocumented(pages: str, commands: Mapping[str, click.Command]) -> list[str]:
    """Commands that no page shows in code."""
    return [f"{path} is in no page" for path in commands if not re.search(rf"{re.escape(path)}\b", pages)]


def invented(page_name: str, page: str, commands: Mapping[str, click.Command]) -> list[str]:
    """Calls in a page that no command answers, and options that the command does not have."""
    found = []
    for words, options in calls(page):
        path = _longest(["openjuki", *words], commands)
        if path is None:
            found.append(f"{page_name}: there is no command: openjuki {' '.join(words)}")
        elif path in commands:
            known = {name for parameter in commands[path].params for name in parameter.opts} | {"--help", "--version"}
            found += [f"{page_name}: {path} has no {option}" for option in options if option not in known]
    return found


def _longest(words: list[str], commands: Mapping[str, click.Command]) -> str | None:
    """The command that the words begin with, or the group that they name; None if neither is there."""
    for count in range(len(words), 1, -1):
        if " ".join(words[:count]) in commands:
            return " ".join(words[:count])
    group = " ".join(words)
    return group if any(path.startswith(f"{group} ") for path in commands) else None
