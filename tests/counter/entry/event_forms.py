"""Scenes of every kind of event: what a clerk types, and what the command line takes (異動ごとの入力例)."""

import json

from tests.counter.entry import event_forms_of_moves, event_forms_of_supplements
from tests.counter.entry.event_scene import (
    ARRIVAL,
    ARRIVED,
    DAY,
    ELSEWHERE,
    TYPED_DAY,
    TYPED_ELSEWHERE,
    TYPED_FOREIGN,
    Scene,
    family,
    foreigner,
    nobody,
    with_alias,
)
from tests.procedures.event_scenarios import FOREIGN, NUMBERS
from tests.procedures.municipal_office import AIRA, KIRISHIMA, SAPPORO

NOTICES = [{"residence_card_number": "AB12345678CD", "birth": "1974-05-03", "happened_on": DAY, "items": {"period_of_stay": "5年"}}]

SCENES: tuple[Scene, ...] = (
    *event_forms_of_moves.SCENES,
    *event_forms_of_supplements.SCENES,
    Scene("code-change", family, 0, {"requested_on": TYPED_DAY}, {"code": "{0}", "requested_on": DAY}),
    Scene("code-correction", family, 0, {"found_on": TYPED_DAY}, {"code": "{0}", "found_on": DAY}),
    Scene(
        "individual-number",
        family,
        0,
        {"individual_number": "9832 0567 3214", "basis": "entered", "found_on": TYPED_DAY},
        {"code": "{0}", "individual_number": NUMBERS[1], "basis": "entered", "found_on": DAY},
    ),
    Scene(
        "former-name",
        family,
        1,
        {"former_name": "辻󠄀", "requested_on": TYPED_DAY},
        {"code": "{1}", "former_name": "辻󠄀", "requested_on": DAY},
    ),
    Scene("alias", with_alias, 0, {"alias": "", "requested_on": TYPED_DAY}, {"code": "{0}", "alias": "", "requested_on": DAY}),
    Scene(
        "nationality-acquired",
        foreigner,
        0,
        {
            "name": "住基　如庵",
            "registered_domicile": "鹿児島県姶良市宮島町25",
            "registered_domicile_head": "住基　如庵",
            "acquired_on": "H25.12.1",
            "notified_on": TYPED_DAY,
        },
        {
            "code": "{0}",
            "name": "住基　如庵",
            "registered_domicile": "鹿児島県姶良市宮島町25",
            "registered_domicile_head": "住基　如庵",
            "acquired_on": "2013-12-01",
            "notified_on": DAY,
        },
    ),
    Scene(
        "nationality-lost",
        family,
        2,
        {"name": "ＪＵＫＩ　ＨＩＫＡＲＩ", "nationality": "カナダ", "lost_on": "H25.12.1", "notified_on": TYPED_DAY},
        {"code": "{2}", "name": "ＪＵＫＩ　ＨＩＫＡＲＩ", "nationality": "カナダ", "lost_on": "2013-12-01", "notified_on": DAY},
    ),
    Scene(
        "foreign-entry",
        nobody,
        None,
        {
            "arrivals-0-name": "ＳＩＬＶＡ　ＪＯＡＯ",
            "arrivals-0-birth": "1974-05-03",
            "arrivals-0-sex": "1",
            "arrivals-0-relationship": "世帯主",
            **{f"arrivals-0-{name}": text for name, text in TYPED_FOREIGN.items()},
            **TYPED_ELSEWHERE,
            "address_since": "H25.11.1",
            "became_on": "H25.12.1",
            "notified_on": TYPED_DAY,
        },
        {
            "arrivals": [{"name": "ＳＩＬＶＡ　ＪＯＡＯ", "birth": "1974-05-03", "sex": 1, "relationship": "世帯主", "foreign": FOREIGN}],
            "address": ELSEWHERE,
            "address_since": "2013-11-01",
            "became_on": "2013-12-01",
            "notified_on": DAY,
        },
    ),
    Scene(
        "minister-notices",
        foreigner,
        None,
        {
            "notices": json.dumps({"notices": NOTICES}),
            "received_on": TYPED_DAY,
        },
        {"notices": NOTICES, "received_on": DAY},
    ),
    Scene(
        "correction",
        family,
        0,
        {"items-name": "住基　太朗", "found_on": TYPED_DAY, "since_ever": "1"},
        {"code": "{0}", "items": {"name": "住基　太朗"}, "found_on": DAY, "since_ever": True},
    ),
    Scene(
        "annulment", family, 2, {"events": ["{2}.3"], "found_on": TYPED_DAY}, {"events": [{"code": "{2}", "sequence": 3}], "found_on": DAY}
    ),
    Scene(
        "entry-ex-officio",
        nobody,
        None,
        {**ARRIVAL, "lives_since": "平成25年11月", "found_on": TYPED_DAY, "previous_address": "不明", "unfiled": "1", **TYPED_ELSEWHERE},
        {
            "arrivals": ARRIVED,
            "address": ELSEWHERE,
            "lives_since": "2013-11-00",
            "found_on": DAY,
            "previous_address": "不明",
            "unfiled": True,
        },
    ),
    Scene("remake", family, 0, {"codes": ["{0}"], "found_on": TYPED_DAY, "lost": "1"}, {"codes": ["{0}"], "found_on": DAY, "lost": True}),
    Scene("confirmation", family, 0, {"found_on": TYPED_DAY}, {"code": "{0}", "found_on": DAY}),
    Scene(
        "renumbering",
        family,
        None,
        {"holds_from": "H25.12.1", "found_on": TYPED_DAY, "table-0-before-town": "宮島町", "table-0-after-town": "宮島町一丁目"},
        {"holds_from": "2013-12-01", "found_on": DAY, "table": [{"before": [AIRA, "宮島町", ""], "after": [AIRA, "宮島町一丁目", ""]}]},
    ),
    Scene(
        "boundary-change",
        family,
        None,
        {
            "to": "霧島市",
            "holds_from": "H25.12.1",
            "found_on": TYPED_DAY,
            "table-0-before-town": "宮島町",
            "table-0-after-municipality": "鹿児島県霧島市",
            "table-0-after-town": "宮島町",
        },
        {
            "to": "霧島市",
            "holds_from": "2013-12-01",
            "found_on": DAY,
            "table": [{"before": [AIRA, "宮島町", ""], "after": [KIRISHIMA, "宮島町", ""]}],
        },
    ),
    Scene(
        "ward-move",
        family,
        2,
        {
            "movers": ["{2}"],
            "movers-{2}-relationship": "世帯主",
            "address-municipality": "011029",
            "address-town": "北七条西",
            "address-block": "2丁目",
            "moved_on": "H25.12.1",
            "notified_on": TYPED_DAY,
        },
        {
            "movers": [{"code": "{2}", "relationship": "世帯主"}],
            "address": ["011029", "北七条西", "2丁目"],
            "moved_on": "2013-12-01",
            "notified_on": DAY,
        },
        SAPPORO,
    ),
    Scene(
        "resident-record-notice",
        nobody,
        None,
        {
            "to": KIRISHIMA,
            "filing": "婚姻届",
            "accepted_on": TYPED_DAY,
            "happened_on": TYPED_DAY,
            "person-name": "辻　花子",
            "person-birth": "S63.7.7",
            "person-sex": "2",
            "items-name": "住基　花子",
        },
        {
            "to": KIRISHIMA,
            "filing": "婚姻届",
            "accepted_on": DAY,
            "happened_on": DAY,
            "person": ["辻　花子", "1988-07-07", 2],
            "items": ["住基　花子"],
        },
    ),
)
