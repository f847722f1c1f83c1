"""The evalscripts that come with the plugin, and the user's own ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Tuple

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "evalscripts"
_NOTE = re.compile(r"^//\s*(title|about|collections):\s*(.+?)\s*$", re.MULTILINE)
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
    """

    name: str
    title: str
    about: str
    collections: Tuple[str, ...]
    text: str

    def fits(self, collection_id: str) -> bool:
        """True when it may be offered for a collection."""
        return not self.collections or collection_id in self.collections


def read_library(folder: Path = FOLDER) -> Tuple[LibraryScript, ...]:
    """All ``*.js`` of a folder, true colour first, then by title."""
    scripts = (_parse(path.stem, path.read_text(encoding="utf-8")) for path in folder.glob("*.js"))
    return tuple(sorted(scripts, key=lambda script: (_PREFERRED not in script.name, script.title)))


def _parse(name: str, text: str) -> LibraryScript:
    notes: Dict[str, str] = {key: value for key, value in _NOTE.findall(text)}
    collections = tuple(part.strip() for part in notes.get("collections", "").split(",") if part.strip())
    return LibraryScript(name, notes.get("title", name), notes.get("about", ""), collections, text)
