"""Each import contract is seen to break when it is broken on purpose (参照方向の規則; architecture section 1)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture
def tree(tmp_path):
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "data"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def judge(tree: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    here = os.environ | {"PYTHONPATH": str(tree / "src"), "PYTHONSAFEPATH": "1"}
    return subprocess.run(command, cwd=tree, env=here, capture_output=True, text=True, check=False)


def add(tree: Path, path: str, line: str) -> None:
    file = tree / "src/openjuki" / path
    file.parent.mkdir(exist_ok=True)
    file.write_text((file.read_text("utf-8") if file.exists() else "") + f"\n{line}\n", "utf-8")


def test_the_tree_as_it_is_keeps_every_contract(tree):
    assert judge(tree).returncode == 0


@pytest.mark.parametrize(
    ("path", "line", "contract"),
    [
        ("register/codes.py", "import openjuki.wire.frame", "rooms: imports go down only"),
        ("law/kinds.py", "import socket", "register and law are pure"),
        ("register/codes.py", "from random import random", "register and law are pure"),
        ("offices/identity.py", "import openjuki.register.record", "prefecture and centre never see a resident record"),
        ("procedures/birth.py", "import openjuki.procedures.change_notice", "procedures do not import one another"),
    ],
)
def test_a_contract_broken_on_purpose_is_noticed(tree, path, line, contract):
    add(tree, path, line)
    judged = judge(tree)
    assert judged.returncode == 1
    assert f"{contract} BROKEN" in judged.stdout


def test_a_new_top_folder_is_noticed(tree):
    add(tree, "toolbox/__init__.py", "")
    judged = judge(tree)
    assert judged.returncode == 1
    assert "toolbox" in judged.stdout + judged.stderr
