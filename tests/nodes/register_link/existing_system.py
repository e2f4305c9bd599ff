"""A small existing register system: it keeps its own residents, and hands over a day of them (試験用の既存住基システム).

python existing_system.py EXCHANGE PORT TOKEN_FILE HOUSEHOLDS  uses nothing but the standard library and docs/register-link.md.
"""

import hashlib
import json
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

exchange, port, token, households = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]).read_text().strip(), int(sys.argv[4])
FORMAT, DAY, NUMERALS = "openjuki-register-link/1", "2013-12-02", "零一二三四五六七八九"
journal: list[dict] = []
residents: list[dict] = []


def by_rest(lines: list[dict]) -> list[dict] | None:
    """The outcomes; None if they are not all to be had now."""
    line = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        line.request("POST", "/v1/events", json.dumps({"lines": lines}), {"Authorization": f"Bearer {token}"})
        answer = line.getresponse()
        said = json.loads(answer.read())
        return said["outcomes"] if answer.status == 200 else None
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        line.close()


def by_file(lines: list[dict]) -> list[dict] | None:
    body = "".join(json.dumps(line) + "\n" for line in lines).encode()
    head = {
        "format": FORMAT,
        "source": "juki",
        "first": lines[0]["sequence"],
        "count": len(lines),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    name = f"day-{lines[0]['sequence']:05d}.jsonl"
    (exchange / "inbox" / f"{name}.part").write_bytes(json.dumps(head).encode() + b"\n" + body)
    (exchange / "inbox" / f"{name}.part").rename(exchange / "inbox" / name)
    answer = exchange / "outbox" / f"{name}.outcome.jsonl"
    for _ in range(100):
        if answer.exists():
            return [json.loads(line) for line in answer.read_text().splitlines()[1:]]
        time.sleep(0.05)
    return None


def hand_over(*events: dict) -> list[dict]:
    """Number events, write them down, send them until all are answered, now this way, now that; what was sent is sent again as it was."""
    first = len(journal) + 1
    journal.extend({"sequence": first + at, "operator": "window-1", "event": event} for at, event in enumerate(events))
    outcomes, way = None, first % 2
    while outcomes is None:
        outcomes, way = (by_rest if way else by_file)(journal[first - 1 :]), 1 - way
        time.sleep(0 if outcomes else 0.1)
    refused = [outcome for outcome in outcomes if outcome["outcome"] != "accepted"]
    assert not refused, refused
    return [outcome["persons"] for outcome in outcomes]


def household(number: int) -> None:
    """Two move in, a child is born, a name is corrected, they move, one dies."""
    name = "".join(NUMERALS[int(digit)] for digit in f"{number:03d}")
    people = [
        {"name": f"住基　{name}", "birth": "1974-05-03", "sex": 1, "relationship": "世帯主", "kana": "ジュウキ　イチ"},
        {"name": f"住基　{name}子", "birth": "1976-08-01", "sex": 2, "relationship": "妻", "kana": "ジュウキ　フタコ"},
    ]
    came = {"address": ["462250", "宮島町", "25番地"], "moved_on": DAY, "notified_on": DAY, "previous_address": "東京都世田谷区"}
    head, wife = (
        one["code"] for one in hand_over({"kind": "move-in", "arrivals": [{**one, "nobody_known": True} for one in people], **came})[0]
    )
    child = {"name": f"住基　光{name}", "kana": "ジュウキ　ヒカリ", "birth": DAY, "sex": 2}
    answers = hand_over(
        {"kind": "birth", "mother_code": wife, "relationship": "子", "notified_on": DAY, **child},
        {"kind": "correction", "code": wife, "items": {"kana": "ジュウキ　ミヨコ"}, "found_on": DAY, "since_ever": True},
    )
    born = {"code": answers[0][0]["code"], "relationship": "子"}
    staying = {"householder": wife, "relations": [born]}
    hand_over({"kind": "death", "code": head, "died_on": DAY, "notified_on": DAY, "staying": staying})
    goes = [{"code": wife, "relationship": "世帯主"}, born]
    there = ["462250", "加治木町本町", "253番地"]
    hand_over({"kind": "change-of-address", "movers": goes, "address": there, "moved_on": DAY, "notified_on": DAY})
    now = {"town": there[1], "block": there[2]}
    residents.append({**people[1], "resident_code": wife, "kana": "ジュウキ　ミヨコ", **now})
    residents.append({**child, "resident_code": born["code"], **now})


for number in range(1, households + 1):
    household(number)
keys = ("resident_code", "name", "kana", "birth", "sex", "town", "block")
(exchange / "extract.jsonl").write_text("".join(json.dumps({key: one[key] for key in keys}) + "\n" for one in residents))
print(len(journal), len(residents))
