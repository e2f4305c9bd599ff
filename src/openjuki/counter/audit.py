"""Every operation at the window, as the office's record of operations names it (操作の記録, Act art. 30-29; promise P8)."""

from enum import StrEnum


class Done(StrEnum):
    """What an operator did: source, subject, action. Lines name persons by their internal number, never by name or code."""

    LOGGED_IN = "counter:session:opened"
    LOG_IN_REFUSED = "counter:session:refused"
    LOCKED = "counter:session:locked"
    UNLOCKED = "counter:session:unlocked"
    LOGGED_OUT = "counter:session:closed"
    SEARCHED = "counter:resident:searched"
    RESIDENT_SHOWN = "counter:resident:shown"
    HOUSEHOLD_SHOWN = "counter:household:shown"
    HISTORY_SHOWN = "counter:history:shown"
    WORK_SHOWN = "counter:work:shown"
    FORM_OPENED = "counter:form:opened"
    FORM_SENT = "counter:form:sent"
    RESTRAINTS_SHOWN = "counter:restraints:shown"
    REQUEST_SHOWN = "counter:request:shown"
    DOCUMENT_SHOWN = "counter:document:shown"
    DOCUMENT_HANDED_OVER = "counter:document:handed-over"
    CARD_READ = "counter:card:read"
    REFUSED = "counter:page:refused"
