"""Every line of the threat model names a module and a test that are there (脅威モデル)."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINE = re.compile(r"^\| (.+) \| (.+) \| `(\S+\.py)` \| `(test_\w+)` \|$", re.MULTILINE)


def faults(text: str) -> list[str]:
    """Lines whose module or test is not there."""
    tests = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    return [
        threat for threat, _, module, test in LINE.findall(text) if not (ROOT / "src" / "openjuki" / module).is_file() or test not in tests
    ]


@pytest.mark.slow
def test_every_threat_has_a_module_and_a_test() -> None:
    text = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| threat ")]
    assert len(LINE.findall(text)) == len(rows) > 25
    assert faults(text) == []


@pytest.mark.slow
def test_a_test_that_is_not_there_is_noticed() -> None:
    assert faults("| a | b | `wire/link.py` | `test_never_written` |") == ["a"]
    assert faults("| a | b | `wire/nothing.py` | `test_every_threat_has_a_module_and_a_test` |") == ["a"]
