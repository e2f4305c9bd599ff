"""The affair of an appendix row in short words of our own (事務の略称): what the statute is about, and what is done."""

import re

from openjuki.register.errors import Say
from tools.appendix_topics import ACTS, TOPICS

ACT = re.compile("|".join(sorted(map(re.escape, ACTS), key=len, reverse=True)))


def affair(statute: str, text: str) -> Say:
    """`text` is the affair's sentence without parentheses; of it only the kinds of act are kept, each once."""
    topic = TOPICS[statute]
    text = text.replace(statute, "")
    acts = dict.fromkeys(ACTS[found] for found in ACT.findall(text))
    return Say(f"{topic.en}: " + ", ".join(act.en for act in acts), f"{topic.ja}：" + "・".join(act.ja for act in acts))
