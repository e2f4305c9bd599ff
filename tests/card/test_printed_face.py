"""The printed face: both kinds, what does not fit, what cannot be printed, the photo (券面の印刷; promise C1)."""

import datetime
import io
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from openjuki.card.face_font import FaceFont
from openjuki.card.holder import CardKind
from openjuki.card.life import last_day_of
from openjuki.card.photo import ON_CHIP, PRINTED, drawn_person, prepare
from openjuki.card.printed_face import boxes, overflowing, print_back, print_front, warnings
from openjuki.card.sandbox_cards import CATALOGUE, order_of
from openjuki.register.addresses import Address
from openjuki.register.errors import InvalidInput, Unrecordable
from openjuki.simulation.population import residents
from tests.card.cards import CODE, DAY, order

IPAMJ = Path("/usr/share/fonts/truetype/ipamj/ipamjm.ttf")
CARD_POINTS = (242.65, 153.07)  # 85.6 x 54 mm


@pytest.fixture(scope="module")
def font():
    return FaceFont(IPAMJ)


def text_of(pdf, tmp_path):
    (tmp_path / "face.pdf").write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", tmp_path / "face.pdf", "-"], capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
def test_the_face_with_photo_tells_the_four_items_and_the_issuer_and_never_the_code(font, tmp_path):
    told = re.sub(r"\s", "", text_of(print_front(order(), font, prepare(drawn_person()).printed), tmp_path))
    for part in (
        "鹿児島太郎",
        "昭和55年2月17日",
        "男",
        "鹿児島県西之表市西之表7612番地",
        "平成35年11月21日まで有効",
        "西之表市",
        "0997-22-1111",
    ):
        assert part in told
    assert CODE not in told and "見本" in told


@pytest.mark.parametrize(
    ("first_day", "ends"),
    [
        ("2013-11-22", "平成35年11月21日"),
        ("2019-03-31", "平成41年3月30日"),
        ("2019-04-01", "令和11年3月31日"),
        ("2020-02-29", "令和12年2月28日"),
    ],
)
@pytest.mark.parametrize("kind", list(CardKind))
def test_the_last_day_stands_in_an_era_that_was_known_when_the_card_was_issued(font, kind, first_day, ends):
    first = datetime.date.fromisoformat(first_day)
    printed = {box.label: box.lines for box in boxes(replace(order(kind=kind), first_day=first, last_day=last_day_of(first)), font)}
    assert printed["有効期限"] == (f"{ends}まで有効",) and printed.get("生年月日", ("昭和55年2月17日",)) == ("昭和55年2月17日",)


@pytest.mark.slow
def test_the_face_without_photo_tells_the_name_only(font, tmp_path):
    told = text_of(print_front(order(kind=CardKind.NAME_ONLY), font), tmp_path)
    assert "鹿児島" in told and all(part not in told for part in ("昭和55年", "7612", "男"))


@pytest.mark.slow
def test_both_forms_have_the_size_of_a_card(font, tmp_path):
    svg = print_front(order(), font, form="svg").decode()
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert [round(float(each)) for each in found.groups()] == [round(each) for each in CARD_POINTS]
    (tmp_path / "face.pdf").write_bytes(print_back(order(), ["平成25年12月1日 住所変更"], font))
    told = subprocess.run(["pdfinfo", tmp_path / "face.pdf"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Page size: +242.6\d+ x 153.0\d+ pts", told)


@pytest.mark.slow
def test_production_prints_no_specimen(font, tmp_path):
    assert "見本" not in text_of(print_front(order(), font, specimen=False), tmp_path)


def test_a_long_name_is_warned_of_and_an_ordinary_one_is_not(font):
    assert not warnings(order(), font)
    assert [warning.ja for warning in warnings(order_of("long-name", DAY), font)] == ["氏名が券面に収まりません。"]


@pytest.mark.slow
def test_of_ten_thousand_faces_few_are_warned_and_exactly_those_overflow_when_set(font):
    faces = list(synthetic_faces(font))
    warned = [any(box.overflows for box in face) for face in faces]
    fields = [box for face in faces for box in face]
    assert len(faces) == 10_000 and sum(warned) <= 50
    assert overflowing(fields, font) == [box.overflows for box in fields]


@pytest.mark.slow
def test_fields_that_do_not_fit_are_found_by_setting_them(font):
    """The control of the test above: among long names and addresses, warned and overflowing are the same, and there are both kinds."""
    name, address = "寿限無五劫擦切海砂利水魚", "鹿児島県大島郡大和村大字思勝字小勝"
    made = [replace(order().holder, name=(name * 9)[:size], address=(address * 9)[: 3 * size]) for size in range(8, 60)]
    fields = [box for holder in made for box in boxes(replace(order(), holder=holder), font)]
    found = overflowing(fields, font)
    assert found == [box.overflows for box in fields] and 20 < sum(found) < 100


def synthetic_faces(font):
    for code in ("462250", "131016", "011002", "472018"):
        for row in residents(code, 2_500, "faces"):
            address = Address(row["municipality"], row["town"], row["block"], row.get("building", "")).text()
            yield boxes(replace(order(), holder=replace(order().holder, name=row["name"], address=address)), font)


def test_a_character_that_the_font_lacks_stops_the_print(font):
    with pytest.raises(Unrecordable, match=r"U\+FA11 U\+E0100"):
        print_front(replace(order(), holder=replace(order().holder, name="﨑󠄀 太郎")), font)


@pytest.mark.slow
def test_every_card_of_the_catalogue_can_be_printed(font):
    printed = {name: print_front(order_of(name, DAY), font) for name in CATALOGUE}
    assert len(printed) == 13
    assert all(len(front) > 1_000 for front in printed.values())
    assert len(set(printed.values())) > 5, "one face for all"


def picture(size=(600, 800), colour=(120, 130, 140), form="PNG"):
    image = Image.effect_noise(size, 60).convert("RGB") if colour is None else Image.new("RGB", size, colour)
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


def test_a_photo_is_cropped_and_sized_for_print_and_chip():
    photo = prepare(drawn_person(3))
    assert Image.open(io.BytesIO(photo.printed)).size == PRINTED
    chip = Image.open(io.BytesIO(photo.chip))
    assert (chip.size, chip.mode, chip.format) == (ON_CHIP, "L", "JPEG2000") and len(photo.chip) < 6_000
    assert photo.warnings == ()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"no picture", "JPEG or PNG"), (picture((200, 300), None), "too small"), (picture(colour=(5, 5, 5)), "dark"),
        (picture(colour=(250, 250, 250)), "bright"), (picture(), "shows nothing"), (drawn_person()[:5000], "damaged"),
        (picture(form="GIF"), "JPEG or PNG"),
    ],
)  # fmt: skip
def test_a_photo_that_cannot_be_used_is_refused(data, why):
    with pytest.raises(InvalidInput, match=why):
        prepare(data)


@pytest.mark.slow
def test_what_the_clerk_should_look_at_is_said():
    assert len(prepare(picture((1600, 800), None)).warnings) == 2
