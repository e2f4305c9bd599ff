"""`country up` says where the pages are and who can log in, and they are there (国の起動; architecture section 7)."""

import json
import subprocess
import sys
import tempfile

import pytest

from tests.counter.running_country import AIRA, Clerk

pytestmark = pytest.mark.slow


def test_the_command_says_where_the_pages_are_and_who_can_log_in():
    with tempfile.TemporaryDirectory() as folder:
        asked = ["country", "up", "--json", "--municipalities", AIRA, "--residents", "30", "--dir", f"{folder}/country"]
        started = subprocess.Popen([sys.executable, "-m", "openjuki.cli.main", *asked], stdout=subprocess.PIPE, text=True)
        try:
            said = json.loads(started.stdout.readline())
            aira = next(office for office in said["pages"] if office["code"] == AIRA)
            port = int(aira["address"].rstrip("/").rpartition(":")[2])
            clerk = Clerk(port, f"{AIRA}.localhost:{port}")
            clerk.get("/login")
            log_in = aira["log_ins"][0]
            assert clerk.post("/login", operator=log_in["operator"], password=log_in["password"]).status == 303
            assert all(len(one["password"]) == 23 for one in aira["log_ins"])
        finally:
            started.terminate()
            started.wait(30)
    assert started.returncode == 0
