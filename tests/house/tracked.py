"""What must not be in version control (版管理に入れないもの): addresses of package registries, paths of one machine."""

import re

# Written with one-letter classes, so that this file does not find itself.
REGISTRIES = re.compile(
    r"pyp[i]\.org|pythonhoste[d]\.org|registry\.npmj[s]|registry\.yarnpk[g]|crates\.i[o]\b|proxy\.golan[g]|rubygem[s]\.org"
    r"|https?://[^\s)\"'>]*/simpl[e]\b|--(extra-)?index-ur[l]\b|--find-link[s]\b",
    re.IGNORECASE,
)
MACHINE_PATHS = re.compile(r"(?<![\w./-])/(?:wor[k]/\w|roo[t]/|hom[e]/(?!USER|user\b)\w|User[s]/\w|privat[e]/var/)")


def faults(path: str, text: str) -> list[str]:
    """Lines of one tracked file that hold an address of a registry or a path of one machine; the line itself is not repeated."""
    return [
        f"{path}:{number}: {what}"
        for number, line in enumerate(text.splitlines(), 1)
        for what, pattern in (("address of a package registry", REGISTRIES), ("path of one machine", MACHINE_PATHS))
        if pattern.search(line)
    ]
