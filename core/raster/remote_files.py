"""The files on servers one piece of work reads from: fetched side by side, kept on disk until it ends."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Dict, Iterable, Optional, Sequence, Tuple, Type, Union

from sentinel_workbench.core.errors import DamagedFile, NetworkError, ServiceError
from sentinel_workbench.core.raster.rasterfile import Need
from sentinel_workbench.core.raster.remote import Fetch, RemoteFile

Failures = Dict[str, Union[DamagedFile, NetworkError, ServiceError]]
"""What went wrong, by the address of the file."""
CONNECTIONS = 8
"""Files fetched at once; public buckets are fastest with 8 to 16 (cog-reading, 1)."""


class RemoteFiles:
    """A context: files opened inside it keep what was fetched until its end.

    Args:
        fetch: gets byte ranges; called from several threads.
        folder: existing folder for what is fetched; the system's for temporary files by default.
        connections: fetches at a time.
    """

    def __init__(self, fetch: Fetch, folder: Optional[Path] = None, connections: int = CONNECTIONS) -> None:
        self._fetch = fetch
        self._folder = Path(tempfile.mkdtemp(prefix="remote-", dir=folder))
        self._files: Dict[str, RemoteFile] = {}
        self._numbers = itertools.count()
        self._pool = ThreadPoolExecutor(connections, "remote-file")
        self._ranges = ThreadPoolExecutor(connections, "remote-range")

    def __enter__(self) -> RemoteFiles:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        for pool in (self._pool, self._ranges):
            pool.shutdown(wait=True, cancel_futures=True)
        for file in self._files.values():
            file.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def open(self, url: str) -> RemoteFile:
        """The file at ``url``, opened once.

        Raises:
            DamagedFile, NetworkError, ServiceError: as ``RemoteFile``.
        """
        if url not in self._files:
            self._files[url] = self._opened(url)
        return self._files[url]

    def open_all(self, urls: Iterable[str]) -> Failures:
        """Open several at once; those that can't be opened are told by their address."""
        new = [url for url in dict.fromkeys(urls) if url not in self._files]
        opened = {url: self._pool.submit(self._opened, url) for url in new}
        failures: Failures = {}
        for url, file in opened.items():
            try:
                self._files[url] = file.result()
            except (DamagedFile, NetworkError, ServiceError) as error:
                failures[url] = error
        return failures

    def prepare_all(self, needs: Sequence[Tuple[RemoteFile, Need]]) -> Failures:
        """Fetch the pixels of several windows at once; files whose pixels can't be got are told by their address."""
        prepared = [(file.url, self._pool.submit(file.prepare, need)) for file, need in needs]
        failures: Failures = {}
        for url, done in prepared:
            try:
                done.result()
            except (DamagedFile, NetworkError, ServiceError) as error:
                failures[url] = error
        return failures

    def _opened(self, url: str) -> RemoteFile:
        return RemoteFile(url, self._fetch, self._folder, str(next(self._numbers)), self._ranges)
