"""Scenes of moves, families and households (転入・転居・転出・出生・死亡・世帯の入力例)."""

from tests.counter.entry.event_scene import ARRIVAL, ARRIVED, DAY, ELSEWHERE, TYPED_DAY, TYPED_ELSEWHERE, Scene, family, nobody

SCENES: tuple[Scene, ...] = (
    Scene(
        "birth",
        family,
        0,
        {"name": "住基　望", "kana": "ジュウキ　ノゾミ", "birth": "H25.12.1", "sex": "2", "relationship": "子", "notified_on": TYPED_DAY},
        {
            "mother_code": "{0}",
            "name": "住基　望",
            "kana": "ジュウキ　ノゾミ",
            "birth": "2013-12-01",
            "sex": 2,
            "relationship": "子",
            "notified_on": DAY,
        },
    ),
    Scene(
        "move-in",
        nobody,
        None,
        {
            **ARRIVAL,
            "moved_on": "25年12月1日".replace("25年", "平成25年"),
            "notified_on": "2013/12/02",
            "previous_address": "東京都千代田区九段南1-2-1",
            **TYPED_ELSEWHERE,
        },
        {
            "arrivals": ARRIVED,
            "address": ELSEWHERE,
            "moved_on": "2013-12-01",
            "notified_on": DAY,
            "previous_address": "東京都千代田区九段南1-2-1",
        },
    ),
    Scene(
        "change-of-address",
        family,
        0,
        {
            "movers": ["{0}", "{1}", "{2}"],
            "movers-{0}-relationship": "世帯主",
            "movers-{1}-relationship": "妻",
            "movers-{2}-relationship": "子",
            "moved_on": "H25.12.1",
            "notified_on": TYPED_DAY,
            **TYPED_ELSEWHERE,
        },
        {
            "movers": [
                {"code": "{0}", "relationship": "世帯主"},
                {"code": "{1}", "relationship": "妻"},
                {"code": "{2}", "relationship": "子"},
            ],
            "address": ELSEWHERE,
            "moved_on": "2013-12-01",
            "notified_on": DAY,
        },
    ),
    Scene(
        "move-out",
        family,
        0,
        {
            "leavers": ["{0}"],
            "leaves_on": "平成25年12月20日",
            "notified_on": TYPED_DAY,
            "destination": "鹿児島県霧島市",
            "staying-householder": "{1}",
            "staying-{2}-relationship": "子",
        },
        {
            "leavers": ["{0}"],
            "leaves_on": "2013-12-20",
            "notified_on": DAY,
            "destination": "鹿児島県霧島市",
            "staying": {"householder": "{1}", "relations": [{"code": "{2}", "relationship": "子"}]},
        },
    ),
    Scene(
        "death",
        family,
        2,
        {"died_on": "平成25年11月下旬", "notified_on": TYPED_DAY},
        {"code": "{2}", "died_on": "2013-11-E3", "notified_on": DAY},
    ),
    Scene(
        "removal-ex-officio",
        family,
        2,
        {"removed_on": "2013-11-01", "found_on": TYPED_DAY},
        {"code": "{2}", "removed_on": "2013-11-01", "found_on": DAY},
    ),
    Scene(
        "household-change",
        family,
        2,
        {"members": ["{2}"], "members-{2}-relationship": "世帯主", "changed_on": "H25.12.1", "notified_on": TYPED_DAY},
        {"members": [{"code": "{2}", "relationship": "世帯主"}], "changed_on": "2013-12-01", "notified_on": DAY},
    ),
    Scene(
        "householder-change",
        family,
        0,
        {
            "householder": "{1}",
            "relations-{0}-relationship": "夫",
            "relations-{2}-relationship": "子",
            "changed_on": "H25.12.1",
            "notified_on": TYPED_DAY,
        },
        {
            "householder": "{1}",
            "relations": [{"code": "{0}", "relationship": "夫"}, {"code": "{2}", "relationship": "子"}],
            "changed_on": "2013-12-01",
            "notified_on": DAY,
        },
    ),
)
