"""A second opinion on 本人確認情報の提供 (30条の6, 30条の7, 30条の8, 30条の10, 別表第一 to 第五): who may ask whom for what.

Written from the Act's text and the design's route table alone. It imports nothing of openjuki and was written without reading it, so that
`law.decide` can be compared with it over the whole matrix of agency, affair, route, key and field.

A question is a dict of plain data:

    asker_kind            "appendix-1-body", "prefecture-organ", "municipal-organ", "municipality" or "none" (a bank)
    asker_bodies          what the asker is in the left columns, ["市町村長", "指定都市の長"]; of a forwarded question: the first asker
    asker_prefecture      "46", or None where the asker belongs to no prefecture
    asker_office          code of the asking office (needed for ordinances and between municipalities)
    answering_kind        "centre", "prefecture" or "municipality": the office that would disclose, not one that only forwards
    answering_prefecture  "13", or None for the centre
    answering_office      code of the answering office
    forwarded_by          code of the prefecture whose governor passed the question on, else None (may be left out)
    affair                ("appendix", table, row), ("ordinance", id, office, article, from, until) or ("act", article);
                          ("ordinance", id) is an ordinance that nobody has loaded. `office` is the office that the ordinance lets ask,
                          `article` one of ORDINANCE_ARTICLES, `from` and `until` the first and the last day in force (None: open)
    ordinance_of          code of the office whose council made the ordinance; left out: the answering office's own
    consent               only for ("act", "30-8(1)3"): the person agreed to this use
    operator_present, case_present   booleans
    key_set, fields       sets of strings
    allowed_key_sets      collection of sets: our policy, not the Act's
    allowed_fields        set: our policy, not the Act's
    scope                 "own" (the person lives in the asker's prefecture) or "other"; of no matter to an appendix-1 body
    date                  the day of the question, comparable with the ordinance's days
    profile               "japan": rules by date as history had them; "open" or left out: every rule on
"""

from tests.law.oracle_rows import BODIES

# source of the right, who asks, who answers, whose people, by which way, where the Act says so
ROUTES = (
    ("appendix 1", "appendix-1-body", "centre", "any", "direct", "30-7(3), 30-10(1)3 and (3)"),
    ("appendix 2", "municipal-organ", "own prefecture", "own", "direct", "30-7(4)1"),
    ("appendix 2", "municipal-organ", "centre", "own", "direct", "30-7(4)1, 30-10(1)4"),
    ("appendix 2", "municipality", "own prefecture", "own", "direct", "30-7(4)1"),
    ("appendix 2", "municipality", "centre", "own", "direct", "30-7(4)1, 30-10(1)4"),
    ("appendix 3", "prefecture-organ", "centre", "other", "direct", "30-7(5)1, 30-10(1)5 and (3)"),
    ("appendix 4", "municipal-organ", "centre", "other", "own governor", "30-7(6)1, 30-10(1)6 and (3)"),
    ("appendix 4", "municipality", "centre", "other", "own governor", "30-7(6)1, 30-10(1)6 and (3)"),
    ("appendix 5", "prefecture-organ", "own prefecture", "own", "direct", "30-8(1)1"),
    ("ordinance 30-6", "municipality", "other municipality", "any", "direct", "30-6"),
    ("ordinance 30-7(4)2", "municipal-organ", "own prefecture", "own", "direct", "30-7(4)2; not among the centre's affairs of 30-10(1)4"),
    ("ordinance 30-7(5)2", "prefecture-organ", "holding prefecture", "other", "direct", "30-7(5)2; not in 30-10(1)5"),
    ("ordinance 30-7(6)2", "municipal-organ", "holding prefecture", "other", "own governor", "30-7(6)2; not in 30-10(1)6"),
    ("ordinance 30-8(1)2", "prefecture-organ", "own prefecture", "own", "direct", "30-8(1)2"),
    ("ordinance 30-8(2)", "prefecture-organ", "own prefecture", "own", "direct", "30-8(2)"),
    ("act 30-7(4)3", "municipality", "own prefecture", "own", "direct", "30-7(4)3: register work"),
    ("act 30-7(4)3", "municipality", "centre", "own", "direct", "30-7(4)3, 30-10(1)4"),
    ("act 30-7(5)3", "prefecture-organ", "centre", "other", "direct", "30-7(5)3, 30-7(10), 30-10(1)5: helping registers to be right"),
    ("act 30-7(6)3", "municipality", "centre", "other", "own governor", "30-7(6)3, 30-10(1)6: register work"),
    ("act 30-8(1)3", "prefecture-organ", "own prefecture", "own", "direct", "30-8(1)3: the person agreed"),
    ("act 30-8(1)4", "prefecture-organ", "own prefecture", "own", "direct", "30-8(1)4: statistics"),
)

ORDINANCE_ARTICLES = {"30-6", "30-7(4)2", "30-7(5)2", "30-7(6)2", "30-8(1)2", "30-8(2)"}

# affairs that the Act itself names: article -> the kind of office whose work it is, and what it must be
ACT_AFFAIRS = {
    "30-7(4)3": ("municipality", "市町村長"),
    "30-7(5)3": ("prefecture-organ", "都道府県知事"),
    "30-7(6)3": ("municipality", "市町村長"),
    "30-8(1)3": ("prefecture-organ", "都道府県知事"),
    "30-8(1)4": ("prefecture-organ", "都道府県知事"),
}


# first days by the mission's calendar (X11); before them the law did not know the item, and before the first services nothing was provided
FIRST_SERVICES = "2002-08-05"
KNOWN_SINCE = {"individual_number": "2015-10-05", "alias": "2013-07-08", "former_name": "2019-11-05", "kana": "2025-05-26"}


def is_known(item, question):
    return question.get("profile") != "japan" or KNOWN_SINCE.get(str(item), "") <= str(question["date"])


def has_operator(question):
    return bool(question["operator_present"])


def has_case(question):
    return bool(question["case_present"])


def ordinance_is_listed(question):
    if len(question["affair"]) < 6:
        return False  # named, but nobody has loaded it
    _, _, _, article, first_day, last_day = question["affair"]
    begun = first_day is None or first_day <= question["date"]
    ended = last_day is not None and last_day < question["date"]
    # each of the six articles speaks of the ordinance of the local government that gives, never of one that asks
    made_here = question.get("ordinance_of", question.get("answering_office")) == question.get("answering_office")
    return article in ORDINANCE_ARTICLES and begun and not ended and made_here


def affair_is_listed(question):
    source, *rest = question["affair"]
    if question.get("profile") == "japan" and str(question["date"]) < FIRST_SERVICES:
        return False
    if source == "appendix":
        return tuple(rest) in BODIES
    if source == "ordinance":
        return ordinance_is_listed(question)
    if source == "act":
        return rest[0] in ACT_AFFAIRS and (rest[0] != "30-8(1)3" or bool(question.get("consent")))
    return False


def affair_is_the_askers(question):
    source, *rest = question["affair"]
    if source == "appendix":
        return any(body in BODIES[tuple(rest)] for body in question["asker_bodies"])
    if source == "ordinance":
        return question.get("asker_office") is not None and rest[1] == question["asker_office"]
    kind, body = ACT_AFFAIRS[rest[0]]
    return question["asker_kind"] == kind and body in question["asker_bodies"]


def source_of_right(question):
    affair = question["affair"]
    return f"ordinance {affair[3]}" if affair[0] == "ordinance" else f"{affair[0]} {affair[1]}"


def who_answers(question):
    kind = question["answering_kind"]
    if kind == "prefecture":
        own = question["answering_prefecture"] == question["asker_prefecture"]
        return "own prefecture" if own else "holding prefecture"
    if kind == "municipality":
        own = question["answering_office"] == question["asker_office"]
        return "own municipality" if own else "other municipality"
    return kind


def which_way(question):
    governor = question.get("forwarded_by")
    if governor is None:
        return "direct"
    return "own governor" if governor == question["asker_prefecture"] else "strange governor"


def route_is_lawful(question):
    asked = (source_of_right(question), question["asker_kind"], who_answers(question))
    return any(asked == route[:3] and route[3] in ("any", question["scope"]) and which_way(question) == route[4] for route in ROUTES)


def key_is_allowed(question):
    listed = any(set(question["key_set"]) == set(allowed) for allowed in question["allowed_key_sets"])
    return listed and all(is_known(item, question) for item in question["key_set"])


def fields_are_allowed(question):
    return set(question["fields"]) <= set(question["allowed_fields"]) and all(is_known(item, question) for item in question["fields"])


# the first that does not hold is the answer
CHECKS = (
    ("no-operator", has_operator),
    ("no-case", has_case),
    ("affair-not-listed", affair_is_listed),
    ("affair-not-yours", affair_is_the_askers),
    ("route-not-lawful", route_is_lawful),
    ("key-not-allowed", key_is_allowed),
    ("field-not-allowed", fields_are_allowed),
)


def oracle(question: dict) -> str:
    """Says "allowed", or the first reason of CHECKS for which this question must be refused."""
    return next((reason for reason, holds in CHECKS if not holds(question)), "allowed")
