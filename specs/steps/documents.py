"""Sentences about documents that prove themselves (証明書の検証に関する文)."""

from functools import partial

from pytest_bdd import then, when

from openjuki.documents.choosing import Choice
from openjuki.documents.examining import SAID, Fault, examine
from openjuki.documents.issue import Place
from openjuki.documents.kinds import Kind
from openjuki.nodes import document_orders, document_papers
from openjuki.nodes.document_orders import OwnRequest
from openjuki.simulation import document_operations
from openjuki.simulation.story_people import TARO
from openjuki.simulation.story_steps.stage import AIRA, CLERK


@when("太郎が電子署名の付いた住民票の写しを受ける")
def copy_is_made(counter, seen):
    stage, office = counter.stage, counter.stage.office(AIRA)
    request = OwnRequest(Kind.RESIDENT_COPY, counter.resident(TARO).code, "counter", frozenset[Choice](), Place("窓口1", ""))
    order = counter.take(stage.look(AIRA, lambda t: document_orders.own_order(t, office, CLERK, request)))
    desk = document_operations.desk(stage.country)
    seen["paper"] = counter.take(desk.issue(office, CLERK, order, sealed=True)).pdf
    desk.close()
    trusted = document_papers.trust(stage.country.folder, stage.country.declared.realm, stage.country.clock.wall_ms(), official_only=False)
    seen["examined"] = partial(examine, trust=trusted)


@then("写しは姶良市が作ったままであると、どこにも尋ねずに確かめられる")
def it_proves_itself(seen):
    seen["verdict"] = seen["examined"](seen["paper"])
    assert seen["verdict"].ok and seen["verdict"].told.office == AIRA


@then("写しに添えられたデータは、住民票の記載と同じである")
def data_is_the_records(counter, seen):
    taro, content = counter.resident(TARO), seen["verdict"].told.content
    (person,) = content.persons
    assert (person.name, person.birth, person.address) == (taro.name, taro.birth, taro.address.text())


@then("一文字でも変えられた写しは、理由とともに退けられる")
def changed_is_refused(seen):
    paper = seen["paper"]
    middle = len(paper) // 3
    changed = paper[:middle] + bytes([paper[middle] ^ 1]) + paper[middle + 1 :]
    fault = seen["examined"](changed).fault
    assert fault in (Fault.CHANGED, Fault.NO_DOCUMENT) and SAID[fault].ja
