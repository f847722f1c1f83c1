"""Responses on disk in sentinelhub-py's layout, safe against crashes, other threads and other processes.

    <root>/<md5>/request.json    what was asked and how it was answered
    <root>/<md5>/response.<ext>  the bytes as served
    <root>/<md5>/...             files made from it, such as a georeferenced copy

An entry grows in a hidden folder and gets its name by one rename, so under a final name lies all of it or nothing. A
damaged entry counts as absent and is removed. The length of the response is kept, so a file cut by a power failure is
noticed without opening it.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import AbstractSet, Any, Dict, Iterator, List, Mapping, Optional, Tuple, Type

from sentinel_workbench.core.cache.key import request_key
from sentinel_workbench.core.errors import DiskFull, StorageError, is_disk_full

REQUEST_FILE = "request.json"
PENDING, TRASH = ".pending-", ".trash-"
LEFT_BEHIND_S = 6 * 3600.0
"""A hidden folder untouched for so long belongs to a process that died."""
_NEVER_STORED = ("authorization", "cookie", "set-cookie", "proxy-authorization")


@dataclass(frozen=True)
class CacheEntry:
    """A complete entry. ``folder`` may hold further files made from ``response``."""

    folder: Path
    response: Path


def storage_error(error: OSError, path: Path) -> StorageError:
    """A failed write or rename below the cache as our error."""
    if is_disk_full(error):
        return DiskFull(
            f"No space is left on the disk of the cache ({path}).", "Free some space or clear the cache, then retry."
        )
    reason = error.strerror or type(error).__name__
    return StorageError(f"The cache can't use {path}: {reason}.", "Check the folder, or choose another for the cache.")


class ResponseCache:
    """The store. Any number of instances, threads and processes may share ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root)
        self._swept = False

    def find(self, url: str, payload: Any, extension: str) -> Optional[CacheEntry]:
        """The complete entry of a request, or None. Decodes no image; a damaged entry is removed on the way.

        Args:
            url: of the request.
            payload: JSON value of its body, keys in the order sent.
            extension: of the response, such as ``tiff``.
        """
        folder = self.root / request_key(url, payload)
        response = folder / f"response.{extension}"
        state = _read_state(folder)
        if state is None:
            return None
        if _is_sound(state, url, payload, response):
            _mark_used(folder)
            return CacheEntry(folder, response)
        if response.exists() or not _has_response(folder):
            self._remove(folder)
        return None

    def begin(self, url: str, payload: Any, accept: str) -> PendingEntry:
        """A new entry to fill, used as a context: leaving it without ``commit`` discards everything.

        Raises:
            DiskFull, StorageError: the folder can't be made.
        """
        if not self._swept:
            self._swept = True
            self._sweep()
        folder = self.root / f"{PENDING}{os.getpid()}-{uuid.uuid4().hex}"
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise storage_error(error, self.root) from error
        return PendingEntry(self, folder, url, payload, accept)

    def remove(self, entry: CacheEntry) -> None:
        """Remove an entry, such as one whose image does not open."""
        self._remove(entry.folder)

    def size_bytes(self) -> int:
        """Of all files, unfinished ones included."""
        return sum(size for _, size, _ in self._folders())

    def clear(self) -> None:
        """Remove every entry; what is being downloaded goes on."""
        for folder, _, _ in self._folders():
            if not folder.name.startswith(PENDING):
                self._remove(folder)

    def prune(self, limit_bytes: int, spared: AbstractSet[str] = frozenset()) -> int:
        """Remove the entries unused for longest until all fit into ``limit_bytes``; returns how many.

        Args:
            limit_bytes: of all files together.
            spared: names of entries that stay, such as those a map shows.
        """
        self._sweep()
        folders = sorted((used, size, folder) for folder, size, used in self._folders())
        total, removed = sum(size for _, size, _ in folders), 0
        for _, size, folder in folders:
            if total <= limit_bytes:
                break
            if not folder.name.startswith(PENDING) and folder.name not in spared:
                self._remove(folder)
                total, removed = total - size, removed + 1
        return removed

    def _folders(self) -> Iterator[Tuple[Path, int, float]]:
        """(folder, bytes, last use) of everything that is ours; other things in the root are let alone."""
        for folder in _listed(self.root):
            if _is_ours(folder.name):
                try:
                    yield folder, sum(file.stat().st_size for file in _listed(folder)), folder.stat().st_mtime
                except FileNotFoundError:
                    continue  # removed by somebody else meanwhile

    def _sweep(self) -> None:
        """Remove what dead processes left behind."""
        oldest = time.time() - LEFT_BEHIND_S
        for folder in _listed(self.root):
            try:
                if folder.name.startswith((PENDING, TRASH)) and folder.stat().st_mtime < oldest:
                    shutil.rmtree(folder, ignore_errors=True)
            except FileNotFoundError:
                continue

    def _remove(self, folder: Path) -> None:
        """Out of sight by one rename, then deleted, so that nobody meets half an entry."""
        trash = self.root / f"{TRASH}{uuid.uuid4().hex}"
        try:
            folder.rename(trash)
        except FileNotFoundError:
            return  # somebody else was faster
        except OSError:
            trash = folder
        shutil.rmtree(trash, ignore_errors=True)

    def publish(self, pending: Path, url: str, payload: Any, extension: str) -> CacheEntry:
        """Give a filled folder its final name. An equally complete entry of somebody else's is kept instead."""
        final = self.root / request_key(url, payload)
        for attempt in range(3):
            there = self.find(url, payload, extension)
            if there is not None and _names(there.folder) >= _names(pending):
                shutil.rmtree(pending, ignore_errors=True)
                return there
            self._remove(final)
            try:
                pending.rename(final)
                return CacheEntry(final, final / f"response.{extension}")
            except OSError as error:
                if attempt == 2 or is_disk_full(error):
                    raise storage_error(error, final) from error
        raise StorageError(f"{final} is being replaced by others all the time.", "Try again.")


class PendingEntry:
    """An entry being filled. ``folder`` may take further files before ``commit``; all appear together."""

    def __init__(self, cache: ResponseCache, folder: Path, url: str, payload: Any, accept: str) -> None:
        self.folder = folder
        self._cache, self._url, self._payload, self._accept = cache, url, payload, accept
        self._asked_at = dt.datetime.now()
        self._extension: Optional[str] = None

    def __enter__(self) -> PendingEntry:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise storage_error(error, self._cache.root) from error

    def response_path(self, extension: str) -> Path:
        """Where the response's bytes go; ``extension`` as in ``extension_of``."""
        self._extension = extension
        return self.folder / f"response.{extension}"

    def commit(self, headers: Mapping[str, str], status: int, elapsed_s: float) -> CacheEntry:
        """Make the entry visible.

        Args:
            headers: of the response; those that may carry a secret are left out.
            status: HTTP status.
            elapsed_s: the request took.

        Raises:
            DiskFull, StorageError: it can't be written; nothing is left under the final name.
        """
        if self._extension is None:
            raise StorageError("An entry without a response can't be kept.")
        response = self.response_path(self._extension)
        try:
            text = self._describe(headers, status, elapsed_s, response.stat().st_size)
            (self.folder / REQUEST_FILE).write_text(text, encoding="utf-8")
        except OSError as error:
            raise storage_error(error, self._cache.root) from error
        return self._cache.publish(self.folder, self._url, self._payload, self._extension)

    def _describe(self, headers: Mapping[str, str], status: int, elapsed_s: float, size_bytes: int) -> str:
        content = {
            "request": {
                "url": self._url,
                "payload": self._payload,
                "headers": {"content-type": "application/json", "accept": self._accept},
                "timestamp": self._asked_at.isoformat(),
            },
            "response": {
                "headers": {name: value for name, value in headers.items() if name.lower() not in _NEVER_STORED},
                "status_code": status,
                "elapsed": elapsed_s,
                "size_bytes": size_bytes,
            },
        }
        return json.dumps(content, indent=4, sort_keys=True)


def _is_ours(name: str) -> bool:
    is_key = len(name) == 32 and all(digit in "0123456789abcdef" for digit in name)
    return is_key or name.startswith((PENDING, TRASH))


def _listed(folder: Path) -> List[Path]:
    try:
        return list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _names(folder: Path) -> set:
    return {file.name for file in _listed(folder)}


def _has_response(folder: Path) -> bool:
    """True when there is a response of any format."""
    return any(name.startswith("response.") for name in _names(folder))


def _read_state(folder: Path) -> Optional[Dict[str, Any]]:
    """What request.json says, ``{}`` when it is missing or damaged, None when there is no entry at all."""
    try:
        state = json.loads((folder / REQUEST_FILE).read_bytes())
    except FileNotFoundError:
        return {} if folder.is_dir() else None
    except OSError:
        return None  # unreadable just now, which does not make it damaged
    except ValueError:
        return {}
    return state if isinstance(state, dict) else {}


def _is_sound(state: Mapping[str, Any], url: str, payload: Any, response: Path) -> bool:
    asked, answered = state.get("request"), state.get("response")
    if not isinstance(asked, dict) or not isinstance(answered, dict):
        return False
    try:
        size_bytes = response.stat().st_size
    except OSError:
        return False
    stored = asked.get("payload")
    same = asked.get("url") == url and (stored == payload or stored == json.loads(json.dumps(payload)))
    return same and size_bytes > 0 and size_bytes == _promised_bytes(answered, size_bytes)


def _promised_bytes(answered: Mapping[str, Any], otherwise: int) -> int:
    """The response's length as we kept it, or as the service announced it in an entry of sentinelhub-py."""
    if isinstance(answered.get("size_bytes"), int):
        return answered["size_bytes"]
    headers = answered.get("headers")
    if not isinstance(headers, dict):
        return otherwise
    lower = {str(name).lower(): str(value) for name, value in headers.items()}
    length = lower.get("content-length", "")
    return int(length) if length.isdecimal() and "content-encoding" not in lower else otherwise


def _mark_used(folder: Path) -> None:
    try:
        os.utime(folder)
    except OSError:
        return  # a cache on a read-only share still serves
