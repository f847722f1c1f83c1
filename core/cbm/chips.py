"""Image chips of a CbM server: counted before they are made, made in windows it can take, fetched one by one.

The server answers ``{}`` when more than 24 chips would have to be made, and says nothing else. So the products are
listed first, and the window cut accordingly; servers too old to list get smaller windows until they answer.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional

from sentinel_workbench.core.cbm.asking import CbmAsker, ServerFailed
from sentinel_workbench.core.cbm.chip_names import absolute_url, addresses_of, in_order, object_of, product_day
from sentinel_workbench.core.cbm.chip_windows import Days, cut_days, halves, windows_of
from sentinel_workbench.core.cbm.records import ChipAddress, ChipList, ChipQuery, check_place, place_text
from sentinel_workbench.core.cbm.turns import turn
from sentinel_workbench.core.errors import (
    DiskFull,
    InvalidInput,
    NotThere,
    RequestRejected,
    StorageError,
    UnexpectedAnswer,
    is_disk_full,
)
from sentinel_workbench.core.http.complaints import final
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled

MOST_CHIPS = 24
SPLIT_DAYS = 30
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")


class ChipClient:
    """Makes and fetches chips through a ``CbmAsker``. Thread-safe; one request at a time for each place."""

    def __init__(self, asker: CbmAsker) -> None:
        self._asker = asker

    @property
    def base(self) -> str:
        """Address of the server."""
        return self._asker.connection.url

    @property
    def generation(self) -> Optional[int]:
        """Of the server, when it is known."""
        return self._asker.connection.generation

    def count(self, query: ChipQuery, progress: Progress = Silent()) -> Optional[int]:
        """How many chips there would be, without making one; None where the server is too old to tell."""
        if (self.generation or 4) < 4:
            return None
        with self._turn(query.lon, query.lat, progress):
            document = self.ask(query, (query.first, query.last), progress, only_list=True)
        return None if "dates" in document else len(document.get("chips", ()))

    def chips(self, query: ChipQuery, progress: Progress = Silent()) -> ChipList:
        """All chips of a query, however many there are; none is an empty list.

        Raises:
            RequestRejected: the server failed for these values.
            UnexpectedAnswer: it would not make the chips of a single day.
        """
        with self._turn(query.lon, query.lat, progress):
            return _Windows(self, query, progress).all()

    def background(
        self, lon: float, lat: float, extent_m: float = 256.0, size_px: int = 256, tms: str = "google",
        progress: Progress = Silent(),
    ) -> str:
        """The address of a background map as GeoTIFF.

        Raises:
            InvalidInput: the server has no background of that name.
        """
        check_place(lon, lat)
        for widened in (0.0, 0.5, 1.0):  # the second identical question is answered by ``{}`` (cbm-rest, 5)
            wanted = {"lon": place_text(lon), "lat": place_text(lat), "chipsize": str(size_px),
                      "extend": f"{extent_m + widened:g}", "tms": tms, "iformat": "tif"}
            with self._turn(lon, lat, progress):
                text = self._asker.ask_text("backgroundByLocation", wanted, progress)
            path = text.strip('"')
            if path.endswith((".tif", ".tiff")) and "<" not in path:
                return absolute_url(self._asker.connection.url, path)
        raise InvalidInput("background", f"The server gave no background map '{tms}'.", "Choose one of its list.")

    def fetch(self, chip: ChipAddress, folder: Path, progress: Progress = Silent()) -> Path:
        """The chip as a file in ``folder``; one that is there already is not fetched again.

        Raises:
            NotThere: it is gone: servers clear their chips about midnight.
            UnexpectedAnswer: it is no TIFF.
            DiskFull, StorageError: it can't be kept.
        """
        return self.fetch_url(chip.url, folder / chip.name, progress)

    def fetch_url(self, url: str, path: Path, progress: Progress = Silent()) -> Path:
        """The TIFF at an address of the server as the file ``path``; see ``fetch``."""
        if path.exists():
            return path
        part = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("w+b") as sink:
                response = self._asker.download(url, sink, progress)
            if not response.start.startswith(_TIFF):
                raise final(UnexpectedAnswer(f"The chip {path.name} is no TIFF.", "Ask for the chips again."))
            part.replace(path)
        except NotThere as error:
            raise NotThere(f"The chip {path.name} is not on the server any more.", "Ask for the chips again.",
                           status=error.status, url=error.url) from error
        except OSError as error:
            if is_disk_full(error):
                raise DiskFull(f"No space is left to write {path.name}.", "Free some space and try again.") from error
            raise StorageError(f"{path} can't be written: {error.strerror}.", "Choose another folder.") from error
        finally:
            part.unlink(missing_ok=True)
        return path

    def ask(
        self, query: ChipQuery, days: Days, progress: Progress, only_list: bool = False
    ) -> Mapping[str, Any]:
        """The answer for a window as it is; ``only_list`` wants the products' names alone, and may be overlooked.

        Raises:
            ServerFailed: wrong values, or the first question for a place without scenes.
        """
        wanted = {
            "lon": place_text(query.lon), "lat": place_text(query.lat), "start_date": days[0].isoformat(),
            "end_date": days[1].isoformat(), "band": query.band, "chipsize": str(query.size_m), "plevel": query.level,
        }
        if only_list:
            wanted["onlylist"] = "True"
        return object_of(self._asker.ask("rawChipByLocation", wanted, progress), "rawChipByLocation")

    def _turn(self, lon: float, lat: float, progress: Progress) -> Any:
        return turn((self._asker.connection.url, place_text(lon), place_text(lat)), progress)


class _Windows:
    """The windows of one query, cut until the server answers each."""

    def __init__(self, client: ChipClient, query: ChipQuery, progress: Progress) -> None:
        self._client, self._query, self._progress = client, query, progress
        self._chips: Dict[str, ChipAddress] = {}
        self._requests = self._strange = 0

    def all(self) -> ChipList:
        windows = self._first_windows()
        done, total = 0, max(len(windows), 1)
        while windows:
            raise_if_cancelled(self._progress)
            self._progress.report(done / total, f"Making chips {windows[0][0]} to {windows[0][1]}")
            window = windows.pop(0)
            document = self._made(window)
            if document:
                self._take(document)
                done += 1
            else:
                windows = [*halves(window, "rawChipByLocation"), *windows]
                total += 1
        notes = (f"{self._strange} chips have names that can't be understood; they were left out.",)
        return ChipList(in_order(self._chips.values()), self._requests, notes if self._strange else ())

    def _first_windows(self) -> List[Days]:
        """Windows of few enough products; none when there is no product, or when they were made at once."""
        query, whole = self._query, (self._query.first, self._query.last)
        if (self._client.generation or 4) < 4:
            return cut_days(*whole, SPLIT_DAYS)
        document = self._listed(whole)
        if "dates" in document:  # it took no notice and made the chips
            self._take(document)
            return []
        if "chips" not in document:  # too many for a server that lists nothing, or it failed
            return cut_days(*whole, SPLIT_DAYS)
        days = [product_day(str(name)) for name in document["chips"]]
        if any(day is None for day in days):
            return cut_days(*whole, SPLIT_DAYS)
        return windows_of(
            query.first, query.last, [day for day in days if day is not None], MOST_CHIPS
        )

    def _listed(self, days: Days) -> Mapping[str, Any]:
        try:
            return self._ask(days, only_list=True)
        except ServerFailed:
            return {}

    def _made(self, days: Days) -> Mapping[str, Any]:
        """The answer for a window, asked a second time when the first fails: it does where there is no scene."""
        try:
            return self._ask(days)
        except ServerFailed:
            raise_if_cancelled(self._progress)
        try:
            return self._ask(days)
        except ServerFailed as error:
            raise RequestRejected(
                f"The CbM server failed to make chips at {place_text(self._query.lon)}, {place_text(self._query.lat)}.",
                "Check the place, the dates and the band.", status=error.status, url=error.url,
            ) from error

    def _ask(self, days: Days, only_list: bool = False) -> Mapping[str, Any]:
        self._requests += 1
        return self._client.ask(self._query, days, self._progress, only_list)

    def _take(self, document: Mapping[str, Any]) -> None:
        chips, strange = addresses_of(self._client.base, document)
        self._strange += strange
        for chip in chips:
            self._chips.setdefault(chip.name, chip)
