"""Foreign residents of the synthetic population: nationality, Latin names, alias, residence items (外国人住民, Act art. 30-45, 令30-26)."""

import datetime
from collections.abc import Collection
from random import Random
from typing import NamedTuple

from openjuki.register.identity import Sex
from openjuki.register.names import ReadName
from openjuki.simulation.lots import Lots, below, one_in

FOREIGN_SINCE = datetime.date(2012, 7, 9).toordinal()
"""The day on which the register began to know foreign residents."""
_ALIAS_ONE_IN = {"韓国": 3, "中国": 12}
_ALIAS_ONE_IN_OTHERS = 25
_SPECIAL_PERMANENT = "特別永住者"


class Nationality(NamedTuple):
    """A nationality (国籍・地域) with names as residence cards write them, each with a reading."""

    name: str
    families: tuple[ReadName, ...]
    men: tuple[ReadName, ...]
    women: tuple[ReadName, ...]


def _read(text: str) -> tuple[ReadName, ...]:
    return tuple(ReadName(latin.replace("_", " "), kana) for latin, kana in (word.split("=") for word in text.split(" ")))


_CHINESE = (
    "WANG=ワン LI=リ ZHANG=チャン LIU=リュウ CHEN=チェン YANG=ヤン HUANG=ファン ZHAO=チャオ WU=ウ ZHOU=チョウ XU=シュ SUN=スン",
    "WEI=ウェイ JIANGUO=ジェングオ LEI=レイ HAO=ハオ YONG=ヨン MINGHUI=ミンフイ JUN=ジュン CHAO=チャオ ZIHAN=ズハン BO=ボ",
    "FANG=ファン NA=ナ XIUYING=シュウイン MIN=ミン JING=ジン LI=リ YAN=イェン XIAOMEI=シャオメイ TING=ティン YUE=ユエ",
)
_ROWS: tuple[tuple[str, int, str, str, str], ...] = (
    ("中国", 233, *_CHINESE),
    (
        "ベトナム", 169,
        "NGUYEN=グエン TRAN=チャン LE=レ PHAM=ファム HOANG=ホアン VU=ヴ DANG=ダン BUI=ブイ DO=ド NGO=ゴ",
        "VAN_HUNG=ヴァン　フン VAN_NAM=ヴァン　ナム DUC_ANH=ドゥック　アイン MINH_TUAN=ミン　トゥアン QUANG_HUY=クアン　フイ",
        "THI_LAN=ティ　ラン THI_HOA=ティ　ホア THU_HA=トゥ　ハ NGOC_MAI=ゴック　マイ THI_HUONG=ティ　フオン PHUONG_THAO=フオン　タオ",
    ),
    (
        "韓国", 112,
        "KIM=キム LEE=イ PARK=パク CHOI=チェ JUNG=チョン KANG=カン CHO=チョ YOON=ユン JANG=チャン LIM=イム",
        "MINJUN=ミンジュン JIHOON=ジフン SEUNGHO=スンホ YOUNGSU=ヨンス DONGHYUN=ドンヒョン SUNGMIN=ソンミン",
        "SEOYEON=ソヨン JIWON=ジウォン MINJI=ミンジ EUNJU=ウンジュ YOUNGHEE=ヨンヒ HYEJIN=ヘジン",
    ),
    (
        "フィリピン", 90,
        "SANTOS=サントス REYES=レイエス CRUZ=クルス BAUTISTA=バウティスタ OCAMPO=オカンポ GARCIA=ガルシア MENDOZA=メンドーサ TORRES=トレス",
        "JOSE=ホセ JUAN=フアン MARK_ANTHONY=マーク　アンソニー RAMON=ラモン ANGELO=アンジェロ MICHAEL=マイケル",
        "MARIA=マリア MARY_GRACE=メアリー　グレース ANGELICA=アンジェリカ CRISTINA=クリスティナ ROSE_ANN=ローズ　アン",
    ),
    (
        "ネパール", 62,
        "SHRESTHA=シュレスタ THAPA=タパ GURUNG=グルン TAMANG=タマン RAI=ライ MAGAR=マガル ADHIKARI=アディカリ",
        "RAM=ラム BIKASH=ビカス SURESH=スレス PRAKASH=プラカス ANIL=アニル",
        "SITA=シタ SUNITA=スニタ ANITA=アニタ SARITA=サリタ PUJA=プジャ",
    ),
    (
        "ブラジル", 56,
        "SILVA=シルバ SOUZA=ソウザ OLIVEIRA=オリベイラ TANAKA=タナカ SATO=サトウ PEREIRA=ペレイラ LIMA=リマ",
        "CARLOS_EDUARDO=カルロス　エドゥアルド LUCAS=ルーカス PAULO=パウロ MARCOS=マルコス RAFAEL=ラファエル",
        "ANA_PAULA=アナ　パウラ JULIANA=ジュリアナ FERNANDA=フェルナンダ PATRICIA=パトリシア CAMILA=カミラ",
    ),
    (
        "インドネシア", 53,
        "WIJAYA=ウィジャヤ SANTOSO=サントソ PUTRA=プトラ HIDAYAT=ヒダヤット NUGROHO=ヌグロホ KUSUMA=クスマ",
        "BUDI=ブディ AGUS=アグス DEDI=デディ EKO=エコ RIZKI=リズキ",
        "SITI=シティ DEWI=デウィ SRI=スリ RINA=リナ AYU=アユ",
    ),
    ("台湾", 20, *_CHINESE),
    (
        "米国", 18,
        "SMITH=スミス JOHNSON=ジョンソン WILLIAMS=ウィリアムズ BROWN=ブラウン MILLER=ミラー DAVIS=デイビス",
        "JOHN_MICHAEL=ジョン　マイケル DAVID=デイビッド ROBERT_JAMES=ロバート　ジェームズ DANIEL=ダニエル WILLIAM=ウィリアム",
        "EMILY_ANN=エミリー　アン SARAH=サラ JESSICA=ジェシカ ELIZABETH=エリザベス LAURA=ローラ",
    ),
)  # fmt: skip
_NATIONALITIES = Lots(
    (Nationality(name, _read(families), _read(men), _read(women)), weight) for name, weight, families, men, women in _ROWS
)
"""Foreign residents by nationality, in 1,000 (about 2024); the rest is left out."""

_STATUSES = Lots(
    {
        ("永住者", "無期限", 0): 330, ("技術・人文知識・国際業務", "3年", 3): 150,
        ("技術・人文知識・国際業務", "5年", 5): 60, ("留学", "2年", 2): 140,
        ("家族滞在", "3年", 3): 100, ("定住者", "3年", 3): 90, ("日本人の配偶者等", "3年", 3): 70, ("特定活動", "1年", 1): 60,
    }.items()
)  # fmt: skip


def nationality(random: Random) -> Nationality:
    """One nationality, as frequent as it is in Japan."""
    return _NATIONALITIES.draw(random)


def given_name(random: Random, origin: Nationality, sex: Sex, taken: Collection[ReadName]) -> ReadName:
    """A given name of that origin, not among those `taken` in the family as long as there are others."""
    every = origin.men if sex is Sex.MALE else origin.women
    names = [name for name in every if name not in taken] or every
    return names[below(random, len(names))]


def takes_alias(random: Random, origin: Nationality) -> bool:
    """Whether somebody of that origin has an alias (通称) recorded."""
    return one_in(random, _ALIAS_ONE_IN.get(origin.name, _ALIAS_ONE_IN_OTHERS))


def residence_items(random: Random, origin: Nationality, since: int, on: int) -> dict[str, str]:
    """The items of Act art. 30-45 for somebody who lives here since the day `since`, as of `on`."""
    became = since if on < FOREIGN_SINCE else max(since, FOREIGN_SINCE)  # profile "open" knows them from the beginning
    items = {"nationality": origin.name, "became_foreign_resident_on": datetime.date.fromordinal(became).isoformat()}
    number = f"{_letters(random)}{below(random, 10**8):08d}{_letters(random)}"
    if origin.name == "韓国" and one_in(random, 2):
        return items | {"residence_class": _SPECIAL_PERMANENT, "residence_card_number": number}
    status, period, length = _STATUSES.draw(random)
    items |= {"residence_class": "中長期在留者", "status_of_residence": status, "period_of_stay": period, "residence_card_number": number}
    if length:
        until = datetime.date.fromordinal(on + 1 + below(random, length * 365))
        items["stay_until"] = until.isoformat()
    return items


def _letters(random: Random) -> str:
    return chr(ord("A") + below(random, 26)) + chr(ord("A") + below(random, 26))
