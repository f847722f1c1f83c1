"""The evalscripts that come with the plugin. Each tells of itself in comments at its top.

``title`` and ``about`` (one sentence), ``topic`` (a word to group by), ``collections`` (type ids it was written
for; any when there are none), ``keywords`` (further words to find it by), and a legend (see ``legend``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Optional, Tuple

from sentinel_workbench.core.errors import InvalidInput

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "evalscripts"
PICTURES = FOLDER / "pictures"
_NOTE = re.compile(r"^//\s*(title|about|topic|collections|keywords):\s*(.+?)\s*$", re.MULTILINE)
_PREFERRED = "true_colour"


@dataclass(frozen=True)
class LibraryScript:
    """One script.

    Attributes:
        name: file name without ending.
        title: for people.
        about: one sentence.
        collections: type ids it was written for; empty fits any.
        text: sent verbatim.
        topic: such as ``vegetation``; empty when it has none.
        keywords: as written.
    """

    name: str
    title: str
    about: str
    collections: Tuple[str, ...]
    text: str
    topic: str = ""
    keywords: str = ""

    def fits(self, collection_id: str) -> bool:
        """True when it may be offered for a collection."""
        return not self.collections or collection_id in self.collections

    def matches(self, words: str) -> bool:
        """True when each of ``words`` is part of what the script tells of itself."""
        told = " ".join((self.name, self.title, self.about, self.topic, self.keywords)).lower()
        return all(word in told for word in words.lower().split())

    @property
    def picture(self) -> Optional[Path]:
        """A JPEG that shows what comes out, when there is one."""
        path = PICTURES / f"{self.name}.jpg"
        return path if path.is_file() else None


def read_library(folder: Path = FOLDER) -> Tuple[LibraryScript, ...]:
    """All ``*.js`` of a folder, true colour first, then by title."""
    scripts = (read_notes(path.stem, path.read_text(encoding="utf-8")) for path in folder.glob("*.js"))
    return tuple(sorted(scripts, key=lambda script: (_PREFERRED not in script.name, script.title)))


def read_notes(name: str, text: str) -> LibraryScript:
    """A script with what its comments tell of it."""
    notes: Dict[str, str] = {key: value for key, value in _NOTE.findall(text)}
    collections = tuple(part.strip() for part in notes.get("collections", "").split(",") if part.strip())
    return LibraryScript(
        name, notes.get("title", name), notes.get("about", ""), collections, text,
        notes.get("topic", ""), notes.get("keywords", ""),
    )


def library_script(name: str) -> str:
    """The text of the plugin's script of that name, such as ``true_colour``.

    Raises:
        InvalidInput: no such script.
    """
    names = sorted(path.stem for path in FOLDER.glob("*.js"))
    if name not in names:
        raise InvalidInput("evalscript", f"There is no script '{name}' in the library.", f"It has: {', '.join(names)}.")
    return (FOLDER / f"{name}.js").read_text(encoding="utf-8")
