"""Every command is documented and every documented command exists (コマンドの説明)."""

import subprocess
import sys

import click
import pytest

from tests.house import commands


@click.group()
def sample():
    """A sample."""


@sample.group()
def register():
    """A group."""


@register.command(epilog="Example: openjuki register check resident-code 12345678901")
@click.option("--json", "as_json", is_flag=True, help="One JSON value.")
def check(as_json):
    """Checks a number."""


@register.command()
@click.option("--dir")
def bare(dir):
    """Has neither example nor --json nor a word about its option."""


LEAVES = commands.leaves(sample)


def test_every_leaf_of_a_group_is_seen():
    assert set(LEAVES) == {"openjuki register check", "openjuki register bare"}


def test_a_command_without_example_json_or_words_is_found():
    assert not commands.faults("openjuki register check", LEAVES["openjuki register check"])
    assert len(commands.faults("openjuki register bare", LEAVES["openjuki register bare"])) == 3


def test_a_command_that_no_page_shows_is_found():
    assert commands.undocumented("`openjuki register check`", LEAVES) == ["openjuki register bare is in no page"]


@pytest.mark.parametrize(
    "page",
    [
        "```\nopenjuki register forget\n```",
        "see `openjuki registry`",
        "```\nopenjuki register check --loud 1\n```",
        "```\n$ openjuki register check|forget\n```",
    ],
)
def test_a_call_that_no_command_answers_is_found(page):
    assert commands.invented("page.md", page, LEAVES)


@pytest.mark.parametrize(
    "page",
    [
        "```\n$ openjuki register check resident-code 12345678901 --json  # a number\n```",
        "`openjuki register`, `openjuki register check|bare`, openjuki the software, `openjuki.register`",
        "```\nopenjuki --help\n```",
    ],
)
def test_a_call_that_a_command_answers_is_left_alone(page):
    assert not commands.invented("page.md", page, LEAVES)


def test_the_module_is_the_command():
    ran = subprocess.run([sys.executable, "-m", "openjuki", "register", "check", "--help"], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("Usage: openjuki register check ")
