"""Folders that stand for buckets, and the files a tile's path means in them. Nothing outside its bucket is reached."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.model.byoc import BAND_PLACEHOLDER
from sentinel_workbench.localhub.answers import bad_payload
from sentinel_workbench.localhub.records import HubError

EXTENSIONS = (".tiff", ".tif")
_ANY_CASE = (*EXTENSIONS, *(extension.upper() for extension in EXTENSIONS))
MAX_PATH_CHARS = 1024
_BUCKET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_TILE_PATH = re.compile(r"([^/](/?[^/])*)?")


class PathRefused(Exception):
    """A path that does not stay in its bucket, or means no files; the text says why."""


@dataclass(frozen=True)
class TileFiles:
    """What a tile's path means.

    Attributes:
        path: as the service keeps it, with ``(BAND)`` and the extension.
        files: what stands for ``(BAND)``, with the file, links followed, sorted by name or in the order asked for.
    """

    path: str
    files: Mapping[str, Path]


class Buckets:
    """The buckets of one folder: a folder each, named as the bucket."""

    def __init__(self, root: Path) -> None:
        self._root = Path(root).resolve()

    @property
    def root(self) -> Path:
        """The folder of the buckets, absolute."""
        return self._root

    def check(self, name: str) -> None:
        """Refuse a bucket that is not there or can't be read.

        Raises:
            HubError: 400 or 403.
        """
        try:
            folder = self._folder(name)
        except PathRefused as error:
            raise bad_payload(str(error), "s3Bucket") from error
        if not os.access(folder, os.R_OK | os.X_OK):
            message = f"The service is not allowed to read the bucket {name}."
            raise HubError(403, "COMMON_INSUFFICIENT_PERMISSIONS", message)

    def files(self, bucket: str, path: str, sources: Optional[Sequence[str]] = None) -> TileFiles:
        """The files a tile's path means.

        Args:
            bucket: its name.
            path: of the tile; a folder when it has no ``(BAND)``.
            sources: what may stand for ``(BAND)``; whatever there is when None.

        Raises:
            PathRefused: it leaves the bucket, or means no file, or files of several extensions.
        """
        folder = self._folder(bucket)
        pattern = with_placeholder(path)
        found = self._listed(folder, pattern) if sources is None else self._named(folder, pattern, sources)
        if not found:
            wanted = f" for {', '.join(sources)}" if sources else ""
            raise PathRefused(f"No files found at s3://{bucket}/{pattern}{wanted}.")
        extensions = sorted({file.suffix for file in found.values()})
        if len(extensions) > 1:
            raise PathRefused(f"The files of the tile have different extensions: {', '.join(extensions)}.")
        return TileFiles(pattern if _has_extension(pattern) else pattern + extensions[0], found)

    def place(self, bucket: str, key: str) -> Path:
        """Where the file of a key lies that ``files`` found before."""
        return self._root / bucket / key

    def key(self, bucket: str, file: Path) -> str:
        """The key of a file within its bucket; the inverse of ``place``."""
        return file.relative_to(self._folder(bucket)).as_posix()

    def _named(self, folder: Path, pattern: str, sources: Sequence[str]) -> Dict[str, Path]:
        found = {}
        for source in sources:
            for ending in _endings(pattern):
                file = _inside(folder, folder / (pattern.replace(BAND_PLACEHOLDER, source) + ending))
                if file.is_file():
                    found[source] = file
                    break
        return found

    def _listed(self, folder: Path, pattern: str) -> Dict[str, Path]:
        """The placeholder may stand in a file's name or in a folder's."""
        before, _, after = pattern.partition(BAND_PLACEHOLDER)
        parent, _, start = before.rpartition("/")
        end, slash, below = after.partition("/")
        found: Dict[str, Path] = {}
        for entry in _entries(_inside(folder, folder / parent)):
            for ending in _endings(pattern):
                name = _between(entry, start, end if slash else end + ending)
                file = folder / parent / entry / (below + ending) if slash else folder / parent / entry
                if name and name not in found and _inside(folder, file).is_file():
                    found[name] = _inside(folder, file)
        return found

    def _folder(self, name: str) -> Path:
        if not _BUCKET_NAME.fullmatch(name) or ".." in name:
            raise PathRefused(f"'{name[:100]}' is not the name of a bucket.")
        folder = _inside(self._root, self._root / name)
        if not folder.is_dir():
            raise PathRefused(f"Bucket {name} does not exist.")
        return folder


def check_tile_path(path: str) -> None:
    """Refuse a path no tile can have, before anything looks at the disk.

    Raises:
        HubError: 400 in one sentence.
    """
    if any(ord(character) < 32 for character in path):
        raise bad_payload("`path` must not contain control characters.", "path")
    if len(path) > MAX_PATH_CHARS:
        raise bad_payload(f"`path` must not be longer than {MAX_PATH_CHARS} characters.", "path")
    if not _TILE_PATH.fullmatch(path):
        raise bad_payload("`path` must match the pattern ^([^/](/?[^/])*)?$: no slash at either end, no two in a row.",
                          "path")
    if any(part in (".", "..") for part in re.split(r"[/\\]", path)):
        raise bad_payload("`path` must stay within the bucket.", "path")
    if path.count(BAND_PLACEHOLDER) > 1:
        raise bad_payload(f"`path` must not contain {BAND_PLACEHOLDER} more than once.", "path")


def with_placeholder(path: str) -> str:
    """``path``, or its files' names when it is a folder."""
    if BAND_PLACEHOLDER in path:
        return path
    return f"{path}/{BAND_PLACEHOLDER}" if path else BAND_PLACEHOLDER


def paths_it_may_become(path: str) -> List[str]:
    """``path`` and what ingestion may make of it: ``folder`` becomes ``folder/(BAND).tiff``."""
    pattern = with_placeholder(path)
    return list(dict.fromkeys([path, pattern, *(pattern + ending for ending in _endings(pattern))]))


def _has_extension(path: str) -> bool:
    return path.lower().endswith(EXTENSIONS)


def _endings(pattern: str) -> Tuple[str, ...]:
    return ("",) if _has_extension(pattern) else _ANY_CASE


def _entries(folder: Path) -> List[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir())
    except PermissionError as error:
        raise PathRefused("The service is not allowed to read the folder of the tile.") from error
    except OSError:
        return []


def _between(name: str, start: str, end: str) -> str:
    """What of ``name`` lies between its beginning and its end; empty when it has not both."""
    fits = name.startswith(start) and name.endswith(end) and len(name) > len(start) + len(end)
    return name[len(start) : len(name) - len(end)] if fits else ""


def _inside(root: Path, path: Path) -> Path:
    """``path`` with its links followed, when it lies in ``root``."""
    try:
        real = Path(os.path.realpath(path))
        real.relative_to(root)
    except (ValueError, OSError) as error:
        raise PathRefused("The path leaves the bucket.") from error
    return real
