"""Links inside the documentation (文書内の参照): each leads to a file that is there."""

import re
from pathlib import Path
from urllib.parse import unquote

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def faults(root: Path, path: str, text: str) -> list[str]:
    """Links of one page that lead to no file of the tree; links to the outside are not followed."""
    targets = [
        target.split("#")[0] for target in LINK.findall(_without_code(text)) if "://" not in target and not target.startswith("mailto:")
    ]
    here = (root / path).parent
    return [f"{path}: link to {target}, which is not there" for target in targets if target and not (here / unquote(target)).exists()]


def _without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
