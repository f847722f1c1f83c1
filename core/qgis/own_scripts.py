"""The user's own evalscripts, as files in the profile, and which scripts are favourites."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path
from typing import FrozenSet, Optional, Tuple

from qgis.core import QgsSettings

from sentinel_workbench.core.errors import StorageError
from sentinel_workbench.core.evalscript.script_library import LibraryScript, read_library
from sentinel_workbench.core.qgis.folders import profile_folder

OWN_PREFIX = "own:"
"""Before the names of own scripts, so that they never meet those of the library."""
_FAVOURITES = "sentinel_workbench/favourite_scripts"
_TITLE = re.compile(r"^//\s*title:.*$", re.MULTILINE)


class OwnScripts:
    """Scripts in a folder, one ``.js`` file each."""

    def __init__(self, folder: Optional[Path] = None) -> None:
        self._folder = folder or profile_folder() / "scripts"

    def all(self) -> Tuple[LibraryScript, ...]:
        """Every own script, by title; their names begin with ``OWN_PREFIX``."""
        found = read_library(self._folder) if self._folder.is_dir() else ()
        return tuple(_renamed(script) for script in found)

    def save(self, title: str, text: str) -> LibraryScript:
        """Keep ``text`` under ``title``; a script of the same title is replaced.

        Raises:
            StorageError: the file can't be written.
        """
        name = _file_name(title)
        path = self._folder / f"{name}.js"
        partial = path.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            partial.write_text(_titled(text, title), encoding="utf-8")
            os.replace(partial, path)
        except OSError as error:
            raise StorageError(f"The script can't be saved as '{path}'.", "Check the folder's rights.") from error
        return next(script for script in self.all() if script.name == OWN_PREFIX + name)

    def delete(self, name: str) -> None:
        """Forget an own script; one that is gone already is fine."""
        (self._folder / f"{name[len(OWN_PREFIX):]}.js").unlink(missing_ok=True)

    def favourites(self) -> FrozenSet[str]:
        """Names of scripts, own or the library's, that the user marked."""
        return frozenset(name for name in str(QgsSettings().value(_FAVOURITES, "")).split("\n") if name)

    def mark_favourite(self, name: str, is_favourite: bool) -> None:
        """Mark a script or take its mark away."""
        names = self.favourites() | {name} if is_favourite else self.favourites() - {name}
        QgsSettings().setValue(_FAVOURITES, "\n".join(sorted(names)))


def _renamed(script: LibraryScript) -> LibraryScript:
    return LibraryScript(
        OWN_PREFIX + script.name, script.title, script.about, script.collections, script.text, script.topic,
        script.keywords,
    )


def _file_name(title: str) -> str:
    """``title`` in letters that every file system takes; never empty."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_").lower()[:80] or "script"


def _titled(text: str, title: str) -> str:
    """``text`` with its title comment; the version marker stays the first line."""
    line = f"// title: {' '.join(title.split())}"
    if _TITLE.search(text):
        return _TITLE.sub(lambda _: line, text, count=1)
    first, newline, rest = text.partition("\n")
    if first.lstrip().startswith("//") and "VERSION" in first:
        return f"{first}{newline or chr(10)}{line}\n{rest}"
    return f"{line}\n{text}"
