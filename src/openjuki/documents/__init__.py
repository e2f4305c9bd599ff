"""What is printed, from the register's items to a signed PDF (証明書・通知書; Act art. 12, 12-4, 15-4, 20, 22, 30-2; standard 5, 20).

How other rooms have a document made (docs/documents.md has the whole):

    from openjuki.nodes.document_desk import DocumentDesk, Order     # desk.issue(office, operator, order, sealed=True) -> Released
    from openjuki.nodes import document_orders                       # own_order, given_order, supplement_order, slip_orders
    from openjuki.documents import choosing                          # resident_copy, household_copy, wide_area_copy, moving_out, ...

- `content`: one typed class for each kind: `ResidentCopy`, `HouseholdCopy`, `RemovedCopy`, `ItemsCertificate`, `WideAreaCopy`, `MovingOut`,
  `SupplementCopy`, `CodeNotice` and its two sisters, `AcceptanceNotice`, `Receipt`. None = left out, "" = recorded as blank.
- `choosing`: from `ResidentRecord` and `MoveOutCertificate` to content. `wide_area_copy(people, home, told_on)` takes what another
  municipality told; `moving_out(certificate)` what the procedure of moving out made.
- `issue`: `Asked(request, kind, subjects)` is the request, written before anything is composed; `Issue` its numbers and secrets.
- `pressroom.make(font, content, issue) -> Released` composes, sets, reads back and compares; `release.release(pdf, issue)` alone compares.
- `sealing.Sealer(...).seal(released) -> Released` signs (PAdES B-LT); `examining.examine(pdf, trust) -> Verdict` checks a file. These two
  and `stamping` import pyHanko: import them where they are used.
- Issue records, spoiled prints and the page of verification: `offices/issued_documents.py` (`begin`, `finish`, `spoil`, `issued`,
  `verified(transaction, office, document, code)`; `issue.read_payload(text)` reads what the QR says).

Errors: `fonts.Unprintable` (InvalidInput) with `signs` and `pictures` when the font lacks a character; Broken when a finished paper is not
what was asked.
"""
