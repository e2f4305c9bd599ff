"""The page of proofs shows every line that must be shown (証明の一覧)."""

from datetime import date

import pytest

from tools import proof, record

LINES = [record.Line("kill-9", 2, "Killed"), record.Line("demo", 2, "Demo")]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "lines.toml").write_text('[[line]]\nid = "kill-9"\nissue = 2\ntext = "Killed"\n', "utf-8")
    return tmp_path


def test_the_page_is_what_the_results_say():
    assert proof.main(["--check"]) == 0


def test_every_line_has_one_row_and_every_result_has_a_line():
    listed, text = record.lines(), proof.PAGE.read_text("utf-8")
    assert len({line.id for line in listed}) == len(listed)
    assert all(text.count(f"| `{line.id}` |") == 1 for line in listed)
    assert set(proof.results()) <= {line.id for line in listed}


def test_a_result_is_kept_and_shown(folder):
    record.record("kill-9", "make campaign", "30 of 30", True, "campaign", date(2026, 11, 22), folder)
    text = proof.page(LINES, proof.results(folder))
    assert "1 of 2 lines met" in text
    assert "| `kill-9` | Killed | met | 30 of 30 | `make campaign` | campaign | 2026-11-22 |" in text
    assert "| `demo` | Demo | **not met yet** |" in text


def test_a_line_that_fails_is_shown_as_not_met(folder):
    record.record("kill-9", "make campaign", "29 of 30", False, "campaign", date(2026, 11, 22), folder)
    assert "| **not met** | 29 of 30" in proof.page(LINES, proof.results(folder))


def test_a_line_that_is_not_listed_or_a_place_that_is_none_is_refused(folder):
    with pytest.raises(record.UnknownLine):
        record.record("invented", "x", "x", True, "CI", date(2026, 11, 22), folder)
    with pytest.raises(ValueError):
        record.record("kill-9", "x", "x", True, "my laptop", date(2026, 11, 22), folder)
