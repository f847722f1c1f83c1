"""Signatures for files that are public but not open: the Planetary Computer's (stac, 7)."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, field
from typing import Callable, Dict, Mapping, Optional, Tuple
from urllib.parse import parse_qs, urlsplit

from sentinel_workbench.core.errors import InvalidInput, UnexpectedAnswer
from sentinel_workbench.core.http.complaints import final, shown_url
from sentinel_workbench.core.http.ranges import Access, OpenAccess
from sentinel_workbench.core.http.transport import Transport
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.stac.asking import Asker, Question
from sentinel_workbench.core.stac.catalogs import PLANETARY, catalog_of
from sentinel_workbench.core.stac.item_reading import unsigned
from sentinel_workbench.core.stac.records import StacConnection
from sentinel_workbench.core.stac.times import parse_time

LEAST_LIFE = dt.timedelta(seconds=60)
BLOB_HOST = ".blob.core.windows.net"
OPEN_ACCOUNTS = ("ai4edatasetspublicassets",)
_SIGNED = ("st", "se", "sp")


@dataclass(frozen=True)
class _Permit:
    text: str = field(repr=False)
    expires: dt.datetime = field(default=dt.datetime.min)


class PlanetaryAccess:
    """``Access`` that signs files of the Planetary Computer, one signature for each container.

    Args:
        transport: asks for signatures.
        sign_url: where, without account and container.
        blob_host: ending of the hosts whose files need one.
        clock: now, aware UTC.
    """

    def __init__(
        self,
        transport: Transport,
        sign_url: str,
        blob_host: str = BLOB_HOST,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.timezone.utc),
    ) -> None:
        self._asker = Asker(transport, sign_url, {})
        self._sign_url, self._blob_host, self._clock = sign_url.rstrip("/"), blob_host, clock
        self._permits: Dict[Tuple[str, str], _Permit] = {}
        self._locks: Dict[Tuple[str, str], threading.Lock] = {}
        self._lock = threading.Lock()

    def address(self, url: str, progress: Progress) -> Tuple[str, Mapping[str, str]]:
        """The signed address; files of other hosts, and those whose own signature still holds, as they are.

        See ``Access.address``.
        """
        if self._has_ended(url):
            url = unsigned(url)
        place = self._container(url)
        if place is None:
            return url, {}
        return url + ("&" if "?" in url else "?") + self._permit(place, progress), {}

    def renew(self, url: str) -> bool:
        """See ``Access.renew``."""
        place = self._container(unsigned(url) if self._has_ended(url) else url)
        with self._lock:
            return place is not None and self._permits.pop(place, None) is not None

    def _container(self, url: str) -> Optional[Tuple[str, str]]:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        container = parts.path.lstrip("/").partition("/")[0]
        account = host.partition(".")[0]
        if not host.endswith(self._blob_host) or account in OPEN_ACCOUNTS or not container:
            return None
        return None if any(name in parse_qs(parts.query) for name in _SIGNED) else (account, container)

    def _has_ended(self, url: str) -> bool:
        """Whether the address carries a signature that holds no more, as in files saved by other programs."""
        parts = urlsplit(url)
        ends = parse_qs(parts.query).get("se", [""])[0]
        if not parts.netloc.endswith(self._blob_host) or not ends:
            return False
        try:
            return parse_time(ends) <= self._clock()
        except InvalidInput:
            return False

    def _permit(self, place: Tuple[str, str], progress: Progress) -> str:
        with self._lock:
            lock = self._locks.setdefault(place, threading.Lock())
        with lock:  # eight files of one container ask once
            known = self._permits.get(place)
            if known is None or known.expires - self._clock() < LEAST_LIFE:
                known = self._permits[place] = self._asked("/".join(place), progress)
            return known.text

    def _asked(self, place: str, progress: Progress) -> _Permit:
        url = f"{self._sign_url}/{place}"
        answer = self._asker.ask(Question("GET", url), progress)
        try:
            text, expires = answer["token"], parse_time(answer["msft:expiry"])
        except (KeyError, InvalidInput) as error:
            raise final(UnexpectedAnswer(f"{shown_url(url)} sent no signature.", "Try again later.")) from error
        return _Permit(str(text).lstrip("?"), expires)


def access_for(connection: StacConnection, transport: Transport) -> Access:
    """Who gives the right to read the files a catalog names."""
    known = catalog_of(connection)
    if known is not None and known.access == PLANETARY:
        return PlanetaryAccess(transport, known.sign_url)
    return OpenAccess()
