"""What items are called on the pages (項目の名称)."""

from openjuki.counter.language import mark

ITEMS = {
    "person": mark("対象者"), "code": mark("住民票コード"), "page": mark("画面"), "form": mark("入力画面"), "password": mark("パスワード"),
    "store": mark("台帳"), "birth": mark("生年月日"), "name": mark("氏名"), "address": mark("住所"), "date": mark("年月日"),
    "as_of": mark("基準日"), "as_known": mark("記載時点"), "search": mark("検索条件"), "operator": mark("操作者"),
    "work_item": mark("要確認事項"), "link": mark("回線"), "municipality": mark("市区町村"), 
    "kana": mark("フリガナ"), "sex": mark("性別"), "residence": mark("住所の記録"), "number": mark("番号"),
    "guidance": mark("都道府県の指導"), "subject": mark("件名"), "words": mark("本文"), "answer_by": mark("回答期限"),
}  # fmt: skip
"""Items of errors as a clerk calls them."""
