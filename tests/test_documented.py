"""The live command and the live pages agree (コマンドと文書): nothing undocumented, nothing invented, and CI runs what is written."""

import re

from openjuki.cli.main import main
from tests.house import commands
from tests.house.sources import ROOT

COMMANDS = commands.leaves(main)
PAGES = {path: path.read_text("utf-8") for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]}


def test_every_command_has_an_example_json_and_words_about_its_options():
    assert not [fault for path, command in COMMANDS.items() for fault in commands.faults(path, command)]


def test_every_command_is_documented():
    assert not commands.undocumented("\n".join(PAGES.values()), COMMANDS)


def test_no_page_invents_a_command_or_an_option():
    assert not [fault for path, text in PAGES.items() for fault in commands.invented(path.name, text, COMMANDS)]


def test_the_readme_names_the_two_commands_that_ci_runs():
    code = "\n".join(block or inline for block, inline in commands.CODE.findall(PAGES[ROOT / "README.md"]))
    assert {"make demo", "make test"} <= set(re.findall(r"make (?:demo|test)\b", code))


def test_every_make_target_that_a_page_names_is_there():
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {
        name
        for text in PAGES.values()
        for code in commands.CODE.findall(text)
        for name in re.findall(r"(?<!document )\bmake ([a-z][a-z-]*)", "".join(code))
    }
    assert named <= targets
