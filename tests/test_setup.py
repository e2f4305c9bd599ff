"""Set-up knows what is there, what is missing, and when to start anew (環境構築)."""

import subprocess

import pytest

from tests.house.sources import ROOT
from tools import setup


def package(*signs):
    return setup.SystemPackage("made-up", signs, "a made-up thing")


def test_a_package_is_there_if_any_of_its_signs_is():
    assert setup.present(package("no-such-command", "sh"))
    assert setup.present(package("/no/such/file", "/bin/sh"))
    assert not setup.present(package("no-such-command", "/no/such/file"))
    assert not setup.present(package())


def test_what_is_missing_is_said_with_what_that_switches_off_and_how_to_mend_it(capsys):
    setup.list_missing([package()])
    said = capsys.readouterr().err
    assert "missing: made-up -> switched off: a made-up thing" in said
    assert "apt-get install made-up" in said


def test_each_part_has_a_lock_and_another_digest():
    assert all((ROOT / part.lock).is_file() for part in setup.PARTS.values())
    digests = [setup.digest(part) for part in setup.PARTS.values()]
    assert len(set(digests)) == len(digests)
    assert digests == [setup.digest(part) for part in setup.PARTS.values()]


def test_a_part_that_does_not_exist_is_a_mistake_of_the_caller(capsys):
    assert setup.main(["spaceship"]) == 2
    assert "there are: core, bench" in capsys.readouterr().err


@pytest.mark.parametrize("target", ["setup", "demo", "test", "lint", "bench", "campaign", "docs", "help", "proof"])
def test_make_help_lists_what_people_use(target):
    listed = subprocess.run(["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"\n  make {target} " in listed
