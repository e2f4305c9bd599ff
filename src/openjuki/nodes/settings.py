"""The settings of one office that joins a network: `node.toml`, each beside the mistake it prevents (機関の設定; architecture section 2).

A setting is right, absent where it may be, or fatal: nothing is guessed and nothing half right is started.
"""

from pathlib import Path

import msgspec

from openjuki.law.kinds import OfficeKind
from openjuki.law.purposes import parse_affair
from openjuki.nodes.strict_toml import read_strict
from openjuki.nodes.trust_folder import fingerprint, read_anchor
from openjuki.procedures.enrolment import Application, municipal_works
from openjuki.procedures.enrolment import fault as fault_of
from openjuki.register.errors import InvalidInput, Say
from openjuki.wire.directory import Anchor


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The items of node.toml. Paths are taken from the folder in which node.toml lies."""

    realm: str
    """The anchor's realm, said once more by whoever installs. Prevents: a production office that joins the sandbox, or the reverse."""
    code: str
    """The national code of a municipality or prefecture, or the agency's short name. Prevents: a register kept under another's code."""
    kind: OfficeKind
    """What the office is under the Act. Prevents: an agency with a municipality's routes."""
    name: str
    """As citizens know it. Prevents: two officers of the centre agreeing to a bare number."""
    prefecture: str = ""
    """Two digits; absent only for offices of the whole country. Prevents: notices that go to another prefecture."""
    host: str
    """Where other offices reach this one. Prevents: an entry that points at nobody."""
    port: int
    """The same; fixed, for it stands in the directory. Prevents: a free port that is another one after the next start."""
    folder: Path
    """Keys, certificate and register go to FOLDER/offices/CODE, the directory to FOLDER/trust. Prevents: keys in a shared place."""
    anchor: Path
    """The anchor file, handed over by hand. Prevents: believing whoever answers at an address."""
    fingerprint: str = ""
    """The anchor's, as heard by telephone; if present it must fit. Prevents: an anchor that was exchanged on its way."""
    bodies: tuple[str, ...] = ()
    """The names under which the appendices list the office; absent for a municipality: the mayor. Prevents: affairs of another body."""
    affairs: tuple[str, ...] = ()
    """What it will ask for; absent for a municipality: the works that the Act names. Prevents: refused questions on the first day."""

    @property
    def office_folder(self) -> Path:
        """What `node run` is given."""
        return self.folder / "offices" / self.code

    @property
    def trust_folder(self) -> Path:
        """Where the directory is kept."""
        return self.folder / "trust"

    def application(self, request: bytes, seal_public: bytes) -> Application:
        """What the office says of itself to the centre."""
        bodies, affairs = municipal_works() if self.kind is OfficeKind.MUNICIPALITY else ((), ())
        return Application(
            self.realm, self.code, self.kind, self.name, self.prefecture, self.host, self.port, request, seal_public,
            self.bodies or bodies, self.affairs or affairs,
        )  # fmt: skip


def read_settings(path: Path) -> tuple[Settings, Anchor]:
    """The settings, and the anchor that they name. Raises InvalidInput naming the first item that is wrong."""
    held = read_strict(path, Settings)
    settings = msgspec.structs.replace(held, folder=path.parent / held.folder, anchor=path.parent / held.anchor)
    wrong = fault_of(settings.application(b"", b""))
    if wrong:
        raise InvalidInput(wrong, Say("does not fit this kind of office.", "この種別の機関の値ではありません。"), _correct(path))
    for affair in settings.affairs:
        parse_affair(affair)
    anchor = read_anchor(settings.anchor)
    if settings.realm != anchor.realm:
        other = Say("is not the anchor's realm.", "基点の運用区分と違います。")
        raise InvalidInput("realm", other, Say("Use the anchor of your own realm.", "所属する運用区分の基点を使ってください。"))
    if settings.fingerprint and _digits(settings.fingerprint) != _digits(fingerprint(anchor)):
        other = Say("is not the anchor's: it may have been exchanged.", "基点の指紋と違います。すり替えのおそれがあります。")
        raise InvalidInput("fingerprint", other, Say("Stop, and call the centre.", "中止し、全国センターに連絡してください。"))
    return settings, anchor


def _digits(text: str) -> str:
    return "".join(text.split()).lower()


def _correct(path: Path) -> Say:
    return Say(f"Correct it in {path.name}.", f"{path.name} を直してください。")
