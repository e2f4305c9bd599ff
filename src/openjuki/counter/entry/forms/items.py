"""Fields that several forms ask, with the words of the record (住民票の記載事項, Act art. 7, 30-45)."""

import dataclasses
from typing import Any

from openjuki.counter.entry.fields import Choice, Field, Kind
from openjuki.register.errors import Say
from openjuki.register.item_kinds import RESIDENCE_CLASSES

MOVES, FAMILY, HOUSEHOLDS, RECORDS, NUMBERS, FOREIGNERS, AREAS, SUPPLEMENTS = (
    "moves",
    "family",
    "households",
    "records",
    "numbers",
    "foreigners",
    "areas",
    "supplements",
)
GROUPS = {
    MOVES: Say("Moves", "転入・転居・転出"),
    FAMILY: Say("Births and deaths", "出生・死亡"),
    HOUSEHOLDS: Say("Households", "世帯の変更"),
    RECORDS: Say("Corrections and ex officio", "修正・職権・取消し"),
    NUMBERS: Say("Codes, numbers, names", "番号・旧氏・通称"),
    FOREIGNERS: Say("Nationality and foreign residents", "国籍・外国人住民"),
    AREAS: Say("Areas", "区域・住居表示"),
    SUPPLEMENTS: Say("Address supplement", "戸籍の附票"),
}
"""Headings of the menu, in their order."""

DATES = Say(
    "As the document has it: 昭和49年5月3日, S49.5.3, 1974-05-03; parts that are unknown as 昭和49年5月日不詳 or 不詳.",
    "届書のとおり入力します（昭和49年5月3日、S49.5.3、1974-05-03）。不明な部分は「昭和49年5月日不詳」「不詳」などとします。",
)
DAYS = Say("For example 平成25年12月1日, H25.12.1 or 2013-12-01.", "例：平成25年12月1日、H25.12.1、2013-12-01")
AS_WRITTEN = Say(
    "As the papers write it, character for character; family and given name apart by a space.",
    "書類の字形のとおり、氏と名の間に空白を入れて入力します。",
)
NAME = Field("name", Say("Name", "氏名"), Kind.NAME, True, AS_WRITTEN, "法第7条第1号")
KANA = Field(
    "kana", Say("Reading", "氏名のフリガナ"), Kind.KANA, False, Say("In full-width kana.", "全角のかなで入力します。"), "標準1.1.18"
)
BIRTH = Field("birth", Say("Date of birth", "生年月日"), Kind.DATE, True, DATES, "法第7条第2号")
SEX = Field(
    "sex",
    Say("Sex", "男女の別"),
    Kind.SEX,
    True,
    None,
    "法第7条第3号",
    choices=(Choice("1", Say("male", "男")), Choice("2", Say("female", "女")), Choice("0", Say("not known", "不詳"))),
)
RELATIONSHIP = Field(
    "relationship",
    Say("Relationship to the householder", "世帯主との続柄"),
    Kind.RELATIONSHIP,
    True,
    Say("世帯主 (householder), 夫, 妻, 子, 父, 母 …, joined by の: 子の妻.", "世帯主、妻、子など。「子の妻」のように「の」でつなぎます。"),
    "法第7条第4号",
    suggest="relationships",
)
DOMICILE = Field(
    "registered_domicile",
    Say("Registered domicile", "本籍"),
    Kind.TEXT,
    False,
    Say("With the prefecture.", "都道府県から入力します。"),
    "法第7条第5号",
    suggest="domiciles",
)
HEAD = Field("registered_domicile_head", Say("Head of the family register", "筆頭者"), basis="法第7条第5号", suggest="heads")
CODE = Field(
    "code",
    Say("Resident record code", "住民票コード"),
    Kind.CODE,
    False,
    Say("11 digits; blank if the person never had one.", "11桁。付番されたことがない者は空欄にします。"),
    "法第7条第13号",
)
INDIVIDUAL_NUMBER = Field("individual_number", Say("Individual Number", "個人番号"), Kind.INDIVIDUAL_NUMBER, basis="番号法第7条")
FORMER_NAME = Field("former_name", Say("Former surname", "旧氏"), basis="令第30条の14（令和元年）")
ALIAS = Field("alias", Say("Alias", "通称"), basis="令第30条の26")
ADDRESS = Field("address", Say("Address", "住所"), Kind.ADDRESS, True, None, "法第7条第7号")
NOTIFIED_ON = Field(
    "notified_on", Say("Day of the notification", "届出の年月日"), Kind.DAY, True, DAYS, "法第7条第8号; 標準4.1.0.2", today=True
)
FOUND_ON = Field(
    "found_on", Say("Day on which it was found or asked for", "申出又は把握の年月日"), Kind.DAY, True, DAYS, "標準4.2.0", today=True
)
HOUSEHOLD_OF = Field(
    "household_of",
    Say("Joins the household of", "入る世帯の世帯員（一部の場合）"),
    Kind.RESIDENT,
    False,
    Say(
        "Name of a member who lives at the address above, or the member's code; blank for a household of one's own.",
        "上の住所の世帯員の氏名か住民票コード。新しい世帯を構成する場合（全部）は空欄にします。",
    ),
    "標準4.0.2",
    suggest="household_of",
)
STAYING = Field(
    "staying",
    Say("Who heads those who stay", "残る世帯の世帯主"),
    Kind.STAYING,
    False,
    Say(
        "Only if the householder leaves and two or more stay. One who stays alone becomes householder ex officio.",
        "世帯主がいなくなり2人以上残る場合に選びます。残る者が1人のときは職権で世帯主とします。",
    ),
    "標準4.0.4",
    means=("householder",),
)
PREVIOUS_ADDRESS = Field(
    "previous_address",
    Say("Address before", "転入前住所"),
    Kind.TEXT,
    True,
    Say("With the prefecture; abroad: the country.", "都道府県から入力します。国外からの場合は国名を入力します。"),
    "法第7条第8号",
    suggest="places",
)
CERTIFICATE = Field(
    "ended",
    Say("Residence that the moving-out certificate says has ended", "転出証明書の前住所地の記録"),
    Kind.CERTIFICATE,
    False,
    Say("The three numbers printed on the certificate; blank without one.", "転出証明書に印字された番号。証明書がない場合は空欄にします。"),
    "令第23条、第24条",
    key="code",
    fields=(
        Field("n", Say("Residence number", "居住番号"), Kind.COUNT, True),
        Field("office", Say("Code of the municipality", "市区町村コード"), Kind.TEXT, True, key="municipality"),
        Field("version", Say("Version", "版"), Kind.COUNT, True),
    ),
)
FOREIGN = Field(
    "foreign",
    Say("Foreign resident", "外国人住民の項目"),
    Kind.ITEMS,
    False,
    Say("As the residence card has it; blank for Japanese.", "在留カード等のとおり入力します。日本人は空欄にします。"),
    "法第30条の45",
    fields=(
        Field("nationality", Say("Nationality or region", "国籍・地域")),
        Field("became_foreign_resident_on", Say("Foreign resident since", "外国人住民となった年月日"), Kind.DATE, hint=DAYS),
        Field(
            "residence_class",
            Say("Class of art. 30-45", "法第30条の45の区分"),
            Kind.CHOICE,
            choices=tuple(Choice(name, Say(name, name)) for name in RESIDENCE_CLASSES),
        ),
        Field("status_of_residence", Say("Status of residence", "在留資格")),
        Field("period_of_stay", Say("Period of stay", "在留期間")),
        Field("stay_until", Say("Last day of the stay", "在留期間の満了の日"), Kind.DAY, hint=DAYS),
        Field("residence_card_number", Say("Number of the residence card", "在留カード等の番号")),
    ),
    means=(
        "nationality",
        "became_foreign_resident_on",
        "residence_class",
        "status_of_residence",
        "period_of_stay",
        "stay_until",
        "residence_card_number",
    ),
)


def having(field: Field, **changed: Any) -> Field:
    """The field with other words, or asked otherwise, in one form."""
    return dataclasses.replace(field, **changed)


ARRIVALS = Field(
    "arrivals",
    Say("Persons", "異動者"),
    Kind.ROWS,
    True,
    means=("name", "birth", "relationship", "residence", "known_as", "person"),
    fields=(
        NAME,
        KANA,
        BIRTH,
        SEX,
        RELATIONSHIP,
        DOMICILE,
        HEAD,
        CODE,
        CERTIFICATE,
        INDIVIDUAL_NUMBER,
        FORMER_NAME,
        ALIAS,
        Field(
            "residence",
            Say("Which residence of the life", "何番目の居住か"),
            Kind.COUNT,
            False,
            Say(
                "From the answer of prefecture or centre, if there is a code but neither a certificate nor a record here.",
                "住民票コードはあるが転出証明書も当市区町村の記録もない場合に、本人確認情報の照会結果を入力します。",
            ),
            "標準4.1.1.2",
        ),
        Field(
            "known_as",
            Say("Code under which the person was here before", "以前の住民票コード（再転入）"),
            Kind.CODE,
            False,
            Say("If it was changed elsewhere since.", "他市区町村でコードが変更された再転入者の場合に入力します。"),
            "標準4.1.1.2",
        ),
        Field(
            "nobody_known",
            Say("Compared: nobody in this register is the same person", "同姓同名者と照合し、同一人はいないことを確認した"),
            Kind.FLAG,
            False,
            None,
            "標準4.1.1.2",
        ),
        FOREIGN,
    ),
)
