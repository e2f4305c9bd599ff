"""Hints, decisions, undoing, half-filled forms: the way of a form (届出期間・世帯主の不在・決裁・取消し, standard 4.0.4, 4.0.8)."""

from html import unescape

import pytest

from openjuki.law.ways_out import Output
from openjuki.offices import restraints
from openjuki.offices.municipality_households import Relation
from openjuki.offices.restraints import Application, Protected
from openjuki.procedures.change_of_address import ChangeOfAddressNotification, change_address
from tests.counter.entry.event_forms import SCENES
from tests.counter.entry.test_every_event import checked, path_of, recorded, sat_down, typed_by
from tests.counter.entry.town_window import desk, items
from tests.procedures.municipal_office import ELSEWHERE, KIRISHIMA, SAPPORO, arrival, arrive, family

BY_KIND = {scene.kind: scene for scene in SCENES}
BIRTH, MOVE, MOVE_OUT, DEATH = (BY_KIND[kind] for kind in ("birth", "change-of-address", "move-out", "death"))


def entered(scene, sat, people):
    return sat.post(path_of(scene, sat, people), {**checked(scene, sat, people).inputs(), "action": "enter"})


def test_the_check_page_says_what_changes_for_whom_who_is_told_and_what_is_printed():
    sat, people = sat_down(MOVE)
    words = checked(MOVE, sat, people).words
    assert words.count("住所 鹿児島県姶良市宮島町25番地 鹿児島県姶良市加治木町本町253番地 加治木荘201") == 3
    assert "本人確認情報の変更（全国センターへ転送） 3 件" in words and "出力する通知書 ありません" in words
    sat, people = sat_down(BIRTH)
    words = checked(BIRTH, sat, people).words
    assert "住民票コード 記載時に付番" in words and "住民票コード通知票 住基 望" in words


def test_what_stays_in_the_municipality_is_said_to_stay():
    sat, people = sat_down(BY_KIND["householder-change"])
    assert "都道府県・全国センターへの通知はありません" in checked(BY_KIND["householder-change"], sat, people).words


@pytest.mark.parametrize(("scene", "item", "words"), [
    (MOVE, "moved_on", "32日後の届出です。届出期間は14日以内です（法第23条）。要確認一覧に載ります"),
    (BIRTH, "birth", "32日後の届出です。届出期間は14日以内です（戸籍法第49条）"),
    (DEATH, "died_on", "32日後の届出です。届出期間は7日以内です"),
])  # fmt: skip
def test_a_late_filing_is_said_to_be_late(scene, item, words):
    sat, people = sat_down(scene._replace(typed=scene.typed | {item: "2013-10-31", "notified_on": "2013-12-02"}))
    late = scene._replace(typed=scene.typed | {item: "2013-10-31", "notified_on": "2013-12-02"})
    assert words in checked(late, sat, people).words.replace(" ", "")
    assert "後の届出です" not in checked(scene, *sat_down(scene)).words


def test_a_day_before_the_present_address_is_pointed_out():
    early = MOVE._replace(typed=MOVE.typed | {"moved_on": "H25.10.31"})
    assert checked(early, *sat_down(early)).words.count("より前になっています") == 3
    assert "より前になっています" not in checked(MOVE, *sat_down(MOVE)).words


def test_a_householder_who_leaves_two_behind_is_asked_for_the_next():
    sat, people = sat_down(MOVE_OUT)
    path, taro, hikari = path_of(MOVE_OUT, sat, people), people[0].person, people[2].person
    assert "今の世帯主がいなくなる場合の次の順位： 住基 美子" in sat.get(path).words
    alone = {
        "leavers": [str(taro)],
        "leaves_on": "H25.12.20",
        "notified_on": "H25.12.2",
        "destination": "鹿児島県霧島市",
        "action": "check",
    }
    assert "2人以上残ります" in sat.post(path, alone).error_at("staying-householder")
    named = {**alone, "staying-householder": str(people[1].person)}
    assert "残る世帯員の続柄" in sat.post(path, named).error_at(f"staying-{hikari}-relationship")
    assert sat.post(path, {**named, f"staying-{hikari}-relationship": "子"}).status == 200


def test_one_who_stays_alone_becomes_householder_and_the_clerk_is_told():
    sat = desk()
    people = arrive(sat.hall, arrival("住基　太郎", "世帯主"), arrival("住基　美子", "妻", "1976-08-01"))
    sent = items(died_on="H25.11.30", notified_on="H25.12.2", action="check")
    said = sat.post(f"/entry/form/death/{sat.person(people[0].person)}", sent)
    assert "住基 美子 さんが一人残るため、職権で世帯主とします" in said.words and "世帯主変更通知書 住基 美子" in said.words


def test_who_joins_a_household_is_named_by_a_member_at_the_address():
    sat = desk()
    host = arrive(sat.hall, arrival("辻　花子", "世帯主", "1988-07-07"))[0]
    typed = {
        "arrivals-0-name": "辻　一郎", "arrivals-0-birth": "S60.1.1", "arrivals-0-sex": "1", "arrivals-0-relationship": "弟",
        "address-town": "899-5421", "address-block": "25番地", "moved_on": "H25.12.1", "notified_on": "H25.12.2",
        "previous_address": "東京都千代田区", "household_of": "辻 花子", "action": "check",
    }  # fmt: skip
    wrong = sat.post("/entry/form/move-in", typed)
    assert "その氏名の住民はいません" in wrong.error_at("household_of")  # that postal code is another town's
    right = sat.post("/entry/form/move-in", {**typed, "address-town": "宮島町"})
    assert right.status == 200
    sat.post("/entry/form/move-in", {**right.inputs(), "action": "enter"})
    assert sat.hall.members(host.code) == ["辻　花子", "辻　一郎"]


def test_rows_are_added_and_taken_away_and_keep_what_they_hold():
    sat = desk()
    one = items(**{"arrivals-0-name": "辻　一郎", "arrivals-count": "1"})
    two = sat.post("/entry/form/move-in", {**one, "action": "add:arrivals"})
    assert two.status == 200 and two.inputs()["arrivals-count"] == ["2"] and two.inputs()["arrivals-0-name"] == ["辻　一郎"]
    less = sat.post("/entry/form/move-in", {**two.inputs(), "arrivals-1-name": "辻　二郎", "action": "remove:arrivals:0"})
    assert less.inputs()["arrivals-count"] == ["1"] and less.inputs()["arrivals-0-name"] == ["辻　二郎"]


def test_what_is_entered_is_what_was_shown_or_nothing():
    sat, people = sat_down(BIRTH)
    shown = checked(BIRTH, sat, people)
    sat.hall.run(*_moved(people))
    before = recorded(sat.hall)
    said = sat.post(path_of(BIRTH, sat, people), {**shown.inputs(), "action": "enter"})
    assert said.status == 409 and "確認画面を表示した後に台帳が変わりました" in said.words and recorded(sat.hall) == before
    assert "加治木町本町253番地" in said.words
    assert "台帳に記載しました" in sat.post(path_of(BIRTH, sat, people), {**said.inputs(), "action": "enter"}).words


def _moved(people):
    movers = tuple(Relation(one.code, one.relationship) for one in people)
    return change_address, ChangeOfAddressNotification(movers, ELSEWHERE, "2013-12-01", "2013-12-02")


def test_the_result_names_the_events_and_offers_to_undo_them_together():
    sat, people = sat_down(MOVE)
    before = [sat.hall.now(one.code) for one in people]
    done = entered(MOVE, sat, people)
    assert "台帳に記載しました" in done.words and all(f" {number} 転居 " in done.words for number in (4, 5, 6))
    link = next(part.split('"')[0] for part in done.text.split('href="') if part.startswith("/entry/form/annulment/"))
    undoing = sat.get(link.replace("&amp;", "&"))
    assert undoing.inputs()["events"] == ["3.6", "2.5", "1.4"]
    check = sat.post(link.partition("?")[0], {**undoing.inputs(), "action": "check"})
    assert check.words.count("異動の取消し（修正）") == 3
    sat.post(link.partition("?")[0], {**check.inputs(), "action": "enter"})
    assert [sat.hall.now(one.code) for one in people] == before and len(recorded(sat.hall)) == 9


def test_somebody_else_decides_and_only_then_the_register_changes():
    sat, people = sat_down(BIRTH)
    before = recorded(sat.hall)
    kept = sat.post(path_of(BIRTH, sat, people), {**checked(BIRTH, sat, people).inputs(), "action": "keep"})
    assert "1 番で仮登録しました" in kept.words and recorded(sat.hall) == before
    assert "入力した者は決裁できません" in sat.get("/entry/waiting/1").words
    other = sat.colleague("madoguchi-2")
    assert 'value="approve"' not in other.get("/entry/waiting/1").text
    assert "決裁者の権限がありません" in other.post("/entry/waiting/1", {"action": "approve"}).words
    chief = sat.colleague("kessai")
    assert "出生" in chief.get("/entry/waiting").words
    page = chief.get("/entry/waiting/1")
    assert "住民票コード通知票 住基 望" in page.words
    assert "台帳に記載しました" in chief.post("/entry/waiting/1", {"action": "approve"}).words
    assert len(recorded(sat.hall)) == len(before) + 1 and "住基　望" in sat.hall.members(people[0].code)
    assert chief.get("/entry/waiting/1").status == 409


def test_not_even_a_chief_decides_on_what_the_chief_has_entered():
    sat, people = sat_down(BIRTH)
    chief = sat.colleague("kessai")
    chief.post(path_of(BIRTH, chief, people), {**checked(BIRTH, chief, people).inputs(), "action": "keep"})
    chief.get("/entry/waiting/1")
    assert chief.post("/entry/waiting/1", {"action": "approve"}).status == 409 and len(recorded(sat.hall)) == 3


def test_what_waits_can_be_changed_by_its_clerk_and_withdrawn():
    sat, people = sat_down(MOVE)
    path = path_of(MOVE, sat, people)
    sat.post(path, {**checked(MOVE, sat, people).inputs(), "action": "keep"})
    assert "仮登録中の異動があります" in checked(MOVE, sat, people).words  # no other event of theirs meanwhile
    form = sat.get("/entry/waiting/1/amend")
    assert form.inputs()["address-block"] == ["253番地"]
    check = sat.post(path, {**form.inputs(), "address-block": "254番地", "action": "check"})
    assert check.status == 200 and 'value="enter"' not in check.text
    assert "2 番で仮登録しました" in sat.post(path, {**check.inputs(), "action": "keep"}).words
    chief = sat.colleague("kessai")
    assert (
        "加治木町本町254番地" in chief.get("/entry/waiting/2").words
        and "1" not in chief.get("/entry/waiting").words.split("入力日時")[1][:3]
    )
    assert "処理しました" in chief.post("/entry/waiting/2", {"action": "withdraw"}).words
    assert len(recorded(sat.hall)) == 3 and checked(MOVE, sat, people).status == 200


def test_a_kind_that_the_office_wants_decided_cannot_be_entered_alone():
    sat, people = sat_down(BIRTH)
    chief = sat.colleague("kessai")
    chief.get("/entry/rule")
    assert "決裁の要否" in chief.post("/entry/rule", {"kinds": ["birth", "death"]}).words
    page = checked(BIRTH, sat, people)
    assert 'value="enter"' not in page.text and 'value="keep"' in page.text
    forced = sat.post(path_of(BIRTH, sat, people), {**page.inputs(), "action": "enter"})
    assert forced.status == 409 and len(recorded(sat.hall)) == 3
    assert sat.get("/entry/rule").status == 403


def test_a_half_filled_form_is_there_again():
    sat, people = sat_down(BIRTH)
    path = path_of(BIRTH, sat, people)
    half = sat.get(path).inputs() | {"name": "住基　望", "draft": f"entry-birth-{people[0].person}"}
    assert sat.post("/draft", half).status == 204
    again = sat.get(path)
    assert again.inputs()["name"] == ["住基　望"] and "途中まで入力した内容" in again.words
    assert sat.post(path, {**again.inputs(), "action": "discard"}).inputs()["name"] == [""]
    sat.post("/draft", half)
    entered(BIRTH, sat, people)
    assert sat.get(path).inputs()["name"] == [""]


def test_a_key_of_one_form_enters_no_other_clerks_form():
    sat, people = sat_down(BIRTH)
    sent = {**checked(BIRTH, sat, people).inputs(), "action": "enter"}
    sat.post(path_of(BIRTH, sat, people), sent)
    other = sat.colleague("madoguchi-2")
    said = other.post(path_of(BIRTH, other, people), {**sent, "token": other.window.sessions.token(other.session.id)})
    assert said.status == 409 and len(recorded(sat.hall)) == 4
    assert other.get(f"/entry/done/{sent['once'][0]}").status == 409


def test_no_page_names_a_person_in_its_address_and_nobody_else_opens_them():
    sat, people = sat_down(BIRTH)
    assert str(people[0].code) not in path_of(BIRTH, sat, people)
    assert sat.get("/entry/form/birth/unknown").status == 503 and sat.get("/entry/form/no-such-kind").status == 409
    assert sat.get("/entry/form/birth").status == 409
    section = sat.colleague("zeimu")
    assert section.get("/entry").status == 403 and section.get(path_of(BIRTH, section, people)).status == 403


def test_a_towns_name_and_a_place_are_completed_by_reading_code_and_name():
    sat = desk()
    sat.get("/entry/form/move-in")
    assert "宮島町" in sat.post("/entry/complete", {"kind": "town", "text": "ミヤジマ"}).text
    assert "宮島町" in sat.post("/entry/complete", {"kind": "town", "text": "宮"}).text
    assert "鹿児島県霧島市" in sat.post("/entry/complete", {"kind": "place", "text": "霧島"}).text
    assert "鹿児島県霧島市国分中央" in sat.post("/entry/complete", {"kind": "place", "text": "鹿児島県霧島市国分中"}).text


def test_a_designated_city_asks_for_the_ward():
    sat = desk(SAPPORO)
    family(sat.hall)
    page = sat.get(f"/entry/form/change-of-address/{sat.person(1)}")
    assert "北区" in page.words and 'name="address-municipality"' in page.text


def test_the_menu_offers_what_begins_at_a_resident_at_the_resident_only():
    sat, people = sat_down(BIRTH)
    alone, at_person = sat.get("/entry").words, sat.get(f"/entry/of/{sat.person(people[0].person)}").words
    assert "転入" in alone and "出生した子を" not in alone
    assert "出生した子を" in at_person and "戸籍が編製された" not in at_person


def test_a_whole_town_that_goes_to_another_municipality_leaves_a_file_for_it():
    sat, people = sat_down(BY_KIND["boundary-change"])
    done = entered(BY_KIND["boundary-change"], sat, people)
    assert "相手方市区町村に渡すファイル" in done.words
    file = done.text.split('id="handed"')[1].split(">", 1)[1].split("</textarea>")[0]
    other = desk(KIRISHIMA)
    check = other.post("/entry/form/boundary-take-over", {"*": unescape(file), "action": "check"})
    assert check.status == 200, check.words
    other.post("/entry/form/boundary-take-over", {**check.inputs(), "action": "enter"})
    assert other.hall.members(people[0].code) == ["住基　太郎", "住基　美子", "住基　光"]


def test_the_pages_speak_english():
    sat, people = sat_down(BIRTH, language="en")
    page = sat.get(path_of(BIRTH, sat, people))
    assert "Go on to the check" in page.words and "Relationship to the householder" in page.words
    check = sat.post(path_of(BIRTH, sat, people), {**page.inputs(), **typed_by(BIRTH, people), "action": "check"})
    assert "Notice of the resident record code" in check.words and "a new one, drawn when it is entered" in check.words
    done = sat.post(path_of(BIRTH, sat, people), {**check.inputs(), "action": "enter"})
    assert "Recorded" in done.words and "birth" in done.words


def test_an_office_without_codes_says_so_and_keeps_what_was_typed():
    sat, people = sat_down(BIRTH)
    sat.hall.do(lambda transaction: transaction.execute("DELETE FROM code_stock"))
    said = checked(BIRTH, sat, people)
    assert said.status == 422 and "空き住民票コードがありません" in said.words and said.inputs()["name"] == ["住基　望"]


def test_a_household_under_restraint_is_marked_and_its_events_are_entered_all_the_same():
    sat, people = sat_down(MOVE)
    assert "支援措置の対象者がいる世帯です" not in sat.get(path_of(MOVE, sat, people)).words
    hikari = Protected(people[2].name, people[2].birth, people[2].sex)
    sat.hall.do(lambda t: restraints.accept(t, sat.hall.office, "shien", Application((hikari,), frozenset(Output), ())))
    assert "支援措置の対象者がいる世帯です" in sat.get(path_of(MOVE, sat, people)).words
    assert "台帳に記載しました" in entered(MOVE, sat, people).words
