"""A second opinion on 支援措置: may this go to this asker, typed as a grid from the standard and the Act, not from openjuki.

Origin: functional standard 1.1.16 (j160), 2.2.4 (j380), 3.1 (j410), 3.4 (j440), 9.2 (j1290), 9.5 (j1320); the Act art. 9, 11 to 12-4,
19, 20, 24, 24-2, 30-5 to 30-8, 30-37, 30-44; mission X7; the catalogue of messages. It imports nothing of openjuki.

Columns, who asks:
    V the victim or somebody protected with them    R the victim's agent             H family or household, not named as abuser
    A the abuser named                              B the abuser's agent             L lawyer or the like for another client (12-3(3))
    T another third party                           U somebody whose identity is not proven
    P public body, on paper (11(1), 12-2, 20(2))    O another section of the town hall
    C clerk of the register                         S the supervisor of restraints (支援措置責任者)
    M another mayor, under the Act's notices        G prefecture or centre           D body that the Act or an ordinance lists
    K authority of JPKI                             X signature verifier
Words: a = given, e = an error until the supervisor has examined it, . = never.
"""

COLUMNS = "VRHABLTUPOCSMGDKX"
ASKERS = {
    "V": "victim", "R": "victim-agent", "H": "family", "A": "abuser", "B": "abuser-agent", "L": "professional", "T": "third-party",
    "U": "unproven", "P": "public-body", "O": "other-section", "C": "register-clerk", "S": "supervisor", "M": "mayor", "G": "hub",
    "D": "listed-body", "K": "authority", "X": "verifier",
}  # fmt: skip
WORDS = {"a": "allowed", "e": "examine", ".": "refused"}

# the three outputs for which support is asked (j160): i inspection, c copies, s supplement; - = bears on it whatever is asked for
GRID = """
                              VRH AB LTU P O CS M G D KX
copy                       c  eee .. ee. e . .. . . . ..
removed-record-copy        c  eee .. ee. e . .. . . . ..
certificate-of-items       c  eee .. ee. e . .. . . . ..
address-supplement         s  eee .. ee. e . .. . . . ..
inspection                 i  ... .. ... e . .. . . . ..
wide-area-copy             c  ... .. ... . . .. . . . ..
kiosk                      c  ... .. ... . . .. . . . ..
online-application         c  ... .. ... . . .. . . . ..
moving-out-certificate     -  eee .. ... . . .. . . . ..
code-notice                -  ee. .. ... . . .. . . . ..
card                       -  e.. .. ... . . .. . . . ..
own-record                 -  e.. .. ... . . .. . . . ..
provision-records          -  e.. .. ... . . .. a a . ..
other-section-screen       -  ... .. ... . . .. . . . ..
register-screen            -  ... .. ... . . aa . . . ..
restraint-database         -  ... .. ... . . ea . . . ..
restraint-list             -  ... .. ... . . aa . . . ..
hit-count                  -  ... .. ... . . aa . . . ..
register-export            -  ... .. ... . . aa . . . ..
identity-query             -  ... .. ... . . .. a a a ..
bulk-check                 -  ... .. ... . . .. . . a ..
followed-persons           -  ... .. ... . . .. . . a ..
change-notice              -  ... .. ... . . .. . a . ..
transfer-confirmed         -  ... .. ... . . .. . a . ..
card-state                 -  ... .. ... . . .. a a a a.
individual-number          -  ... .. ... . . .. a a . ..
reconciliation             -  ... .. ... . . .. a a . ..
record-error               -  ... .. ... . . .. a a . ..
transfer-record            -  ... .. ... . . .. a . . ..
move-in-notice             -  ... .. ... . . .. a . . ..
address-supplement-notice  -  ... .. ... . . .. a . . ..
resident-record-notice     -  ... .. ... . . .. a . . ..
restraint-notice           -  ... .. ... . . .. a . . ..
certificate                -  e.. .. ... . . .. . . . a.
revocation-ground          -  ... .. ... . . .. . a . a.
verifier-status            -  ... .. ... . . .. . . . .a
"""
OUTPUTS = {"i": "inspection", "c": "copies", "s": "supplement", "-": None}


def _rows():
    for line in GRID.strip("\n").splitlines()[1:]:
        way, output, *cells = line.split()
        yield way, output, "".join(cells)


CELLS = {(way, ASKERS[column]): WORDS[letter] for way, _, letters in _rows() for column, letter in zip(COLUMNS, letters, strict=True)}
SOUGHT_AS = {way: OUTPUTS[output] for way, output, _ in _rows()}

# what the notices of the Act carry on goes with a note that the person is protected, where the profile knows notes (X7)
NOTED = {"identity-query", "bulk-check", "followed-persons", "change-notice"}


def restrained(state, day):
    """Whether a restraint bears on that day: begun, and nobody has ended it; passing its term lifts nothing."""
    return state["since"] <= day and (state["ended_on"] is None or day < state["ended_on"])


def oracle(way, asker, states, day):
    """The word on one output for one asker about a person with these restraints: dicts of since, ended_on, outputs (a set of words)."""
    words = [_word(way, asker, state) for state in states if restrained(state, day)]
    return max(words, key=["allowed", "examine", "refused"].index, default="allowed")


def _word(way, asker, state):
    if SOUGHT_AS[way] is None or SOUGHT_AS[way] in state["outputs"] or asker in ("abuser", "abuser-agent"):
        return CELLS[way, asker]
    return "allowed"
