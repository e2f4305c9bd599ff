"""The rules of the house, kept by machine (規約の検査; architecture sections 1 and 9).

Each rule lives in a file of tests/house/ named by what it checks, and is shown here to find a fault that was put in on purpose.
"""

from collections.abc import Callable

import pytest

from tests.house import docstrings, glossary, golden, links, names, purity, sizes, tracked
from tests.house.sources import ROOT, Source, python_files, snippet, tracked_files, tracked_texts

pytestmark = pytest.mark.slow  # each walks every file


@pytest.fixture(scope="module", autouse=True)
def _trees_are_let_go():
    """700,000 syntax nodes left behind would make a full garbage collection of any later test in this process take a second."""
    yield
    python_files.cache_clear()


LONG_FILES: dict[str, str] = {}
"""Files that may be longer than the limit: path -> reason."""

TYPED_FOLDERS = ("src", "tools")


def check(rule: Callable[[Source], list[str]], *folders: str) -> None:
    faults = [fault for source in python_files(*folders) for fault in rule(source)]
    assert not faults, "\n".join(faults)


def test_functions_are_short_in_the_middle():
    assert sizes.median_length(python_files("src")) <= sizes.FUNCTION_LINES_MEDIAN


def test_no_function_is_long():
    check(sizes.long_functions)


def test_no_file_is_long():
    check(lambda source: sizes.long_file(source, LONG_FILES))


def test_every_exception_for_a_long_file_is_still_needed():
    long = {source.path for source in python_files() if sizes.long_file(source, {})}
    assert set(LONG_FILES) <= long


def test_everything_is_typed():
    check(names.untyped, *TYPED_FOLDERS)


def test_no_name_says_nothing():
    check(names.empty_names)


def test_nothing_is_patched():
    check(names.mocks)


def test_clocks_randomness_and_sockets_are_passed_in():
    check(purity.faults, "src")


def test_every_module_opens_with_the_japanese_term():
    check(docstrings.module_faults, "src")


def test_every_public_function_and_class_is_explained():
    check(docstrings.definition_faults, "src")


def test_no_registry_and_no_path_of_one_machine_is_tracked():
    faults = [fault for path, text in tracked_texts() for fault in tracked.faults(path, text)]
    assert not faults, "\n".join(faults)


def test_every_link_of_the_documentation_leads_somewhere():
    pages = [(path, text) for path, text in tracked_texts() if path.endswith(".md")]
    faults = [fault for path, text in pages for fault in links.faults(ROOT, path, text)]
    assert not faults, "\n".join(faults)


def test_the_locks_hold_a_hash_for_every_package_and_no_address():
    for path in ("requirements/core.txt", "requirements/bench.txt", "requirements/reader.txt"):
        assert path in tracked_files()
        text = (ROOT / path).read_text("utf-8")
        packages = [entry for entry in text.replace("\\\n", " ").splitlines() if entry.strip() and not entry.startswith("#")]
        assert packages and all("--hash=sha256:" in entry for entry in packages)
        assert "://" not in text


LONG_FUNCTION = "def long():\n" + "    x = 1\n" * 60

FAULTS = [
    (sizes.long_functions, LONG_FUNCTION),
    (lambda source: sizes.long_file(source, {}), "x = 1\n" * 301),
    (names.untyped, "def f(a: int, *b) -> None: ..."),
    (names.untyped, "def f(a: int): ..."),
    (names.mocks, "from unittest import mock"),
    (names.mocks, "from unittest.mock import patch"),
    (names.mocks, "def test_a(monkeypatch): ..."),
    (docstrings.module_faults, "x = 1"),
    (docstrings.module_faults, '"""Only English."""'),
    (docstrings.definition_faults, "def shown(): ..."),
    (docstrings.definition_faults, "class Shown: ..."),
    (purity.faults, "import random"),
    (purity.faults, "from secrets import token_bytes"),
    (purity.faults, "import os\nnonce = os.urandom(12)"),
    (purity.faults, "from os import urandom as draw\ndraw(1)"),
    (purity.faults, "import time\ndef f(clock=time.monotonic): ..."),
    (purity.faults, "from time import time_ns as now\nnow()"),
    (purity.faults, "from datetime import datetime as D\nD.now()"),
    (purity.faults, "import datetime\ndatetime.date.today()"),
    (purity.faults, "import socket"),
    (purity.faults, "import asyncio"),
    (purity.faults, "from asyncio import Protocol"),
    (purity.faults, "import importlib\nimportlib.import_module('ran' + 'dom')"),
    (purity.faults, "__import__('ran' + 'dom')"),
    (purity.faults, "from cryptography import x509\nx509.random_serial_number()"),
    (purity.faults, "def f(loop):\n    loop.create_server(None)"),
    (purity.faults, "SCRIPT = 'insert into t values (CURRENT_TIMESTAMP)'"),
    (purity.faults, "SCRIPT = \"select datetime('now')\""),
]


@pytest.mark.parametrize(("rule", "text"), FAULTS)
def test_each_rule_finds_a_fault_put_in_on_purpose(rule, text):
    assert rule(snippet(text))


def test_a_median_over_the_limit_is_found():
    assert sizes.median_length([snippet(LONG_FUNCTION)]) > sizes.FUNCTION_LINES_MEDIAN


def test_a_name_that_says_nothing_is_found_in_files_and_folders():
    for path in ("src/openjuki/wire/utils.py", "src/openjuki/common/frame.py", "src/openjuki/wire/link_manager.py"):
        assert names.empty_names(snippet("", path))
    assert not names.empty_names(snippet("", "src/openjuki/wire/frame.py"))


def test_the_rooms_that_may_use_a_clock_are_left_alone():
    assert not purity.faults(snippet("import time\ntime.time()", "src/openjuki/nodes/clock.py"))


def test_the_wire_may_name_the_protocol_class_but_not_listen_or_read_a_clock():
    path = "src/openjuki/wire/link.py"
    assert not purity.faults(snippet("import asyncio\nclass Link(asyncio.Protocol):\n    sent: asyncio.Transport", path))
    assert not purity.faults(snippet("from asyncio import Protocol", path))
    for text in ("asyncio.get_running_loop()", "asyncio.start_server(f)", "asyncio.sleep(1)"):
        assert purity.faults(snippet(f"import asyncio\n{text}", path))
    assert purity.faults(snippet("import ssl\nssl.create_default_context()", path))


def test_time_that_was_passed_in_is_left_alone():
    assert not purity.faults(snippet("def f(clock, rng):\n    return clock.wall_ms() + rng.random() + clock.time()"))


def test_registries_and_machine_paths_are_found():
    spelled = (
        "https://py" + "pi.org/x",
        "https://mirror.example/" + "simple/apsw",
        "--index" + "-url x",
        "/wor" + "k/main",
        "in /ho" + "me/taro/x",
    )
    assert all(tracked.faults("page.md", text) for text in spelled)
    assert not tracked.faults("page.md", "see src/work/x, https://example.org/home/page and /etc/openjuki")


def test_a_dead_link_is_found():
    assert links.faults(ROOT, "docs/page.md", "[x](nowhere.md)")
    assert not links.faults(ROOT, "docs/page.md", "[x](../Makefile) [y](https://example.org/a) `[z](nowhere)`")


def test_the_glossary_and_the_classes_agree():
    faults = glossary.faults((ROOT / "docs/glossary.md").read_text("utf-8"), glossary.classes(python_files("src")))
    assert not faults, "\n".join(faults)


def test_a_class_without_a_row_a_row_without_a_class_and_a_row_without_a_term_are_found():
    named = glossary.classes([snippet('class Household:\n    """Who lives together."""\nclass _Hidden: ...')])
    assert named == {"register.snippet.Household": "Who lives together."}
    row = "| `register.snippet.Household` | 世帯 | who lives together |\n"
    assert not glossary.faults(row, named)
    for page in ("", row + row, row.replace("世帯", "x"), row + row.replace("Household", "Gone")):
        assert len(glossary.faults(page, named)) == 1


def test_every_golden_file_says_where_it_comes_from():
    faults = [fault for path in golden.files(ROOT) for fault in golden.faults(path)]
    assert not faults, "\n".join(faults)


def test_a_golden_file_without_its_origin_is_found(tmp_path):
    path = tmp_path / "vectors.tsv"
    path.write_text("1\t2\n", "utf-8")
    assert golden.faults(path)
    path.with_suffix(".origin.md").write_text("Origin: counted by hand.\n", "utf-8")
    assert not golden.faults(path)
