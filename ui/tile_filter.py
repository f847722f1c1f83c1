"""Which tiles the table shows. No widgets here, so it is tested without a window."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.byoc import ByocTile
from sentinel_workbench.ui.translation import tr

Span = Tuple[Optional[dt.datetime], Optional[dt.datetime]]
_PART = re.compile(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?$")
_BETWEEN = re.compile(r"\s*(?:\.\.+|–|\bto\b|\bbis\b|\s-\s)\s*")


@dataclass(frozen=True)
class TileFilter:
    """What a tile has to be to be shown.

    Attributes:
        status: one of the service's, or empty for any.
        path: words that its path contains, in any order; empty for any.
        span: half-open, of its sensing time; both None for any.
    """

    status: str = ""
    path: str = ""
    span: Span = (None, None)

    def shows(self, tile: ByocTile) -> bool:
        """Whether ``tile`` is wanted."""
        return bool(self.pick((tile,)))

    def pick(self, tiles: Sequence[ByocTile]) -> List[ByocTile]:
        """Those of ``tiles`` that are wanted, in their order; quick for many thousands."""
        wanted = list(tiles)
        if self.status:
            wanted = [tile for tile in wanted if tile.status == self.status]
        for word in self.path.lower().split():
            wanted = [tile for tile in wanted if word in tile.path.lower()]
        start, end = self.span
        if start is not None:
            wanted = [tile for tile in wanted if tile.sensing_time is not None and tile.sensing_time >= start]
        if end is not None:
            wanted = [tile for tile in wanted if tile.sensing_time is not None and tile.sensing_time < end]
        return wanted

    @property
    def empty(self) -> bool:
        """Everything is shown."""
        return not self.status and not self.path and self.span == (None, None)


def parse_span(text: str) -> Span:
    """``2019``, ``2019-03``, ``2019-03-01``, or two of them with ``..`` or ``to`` between; the end belongs to it.

    Raises:
        InvalidInput: it can't be read so.
    """
    words = text.strip()
    if not words:
        return None, None
    parts = [part for part in _BETWEEN.split(words)]
    if len(parts) == 1:
        return _stretch(parts[0])
    if len(parts) == 2 and any(parts):
        start = _stretch(parts[0])[0] if parts[0] else None
        end = _stretch(parts[1])[1] if parts[1] else None
        return start, end
    raise _unreadable(text)


def _stretch(text: str) -> Tuple[dt.datetime, dt.datetime]:
    """The year, month or day, half-open."""
    match = _PART.match(text)
    if match is None:
        raise _unreadable(text)
    year, month, day = (int(group) if group else None for group in match.groups())
    try:
        start = dt.datetime(year or 1, month or 1, day or 1, tzinfo=dt.timezone.utc)
        if day:
            return start, start + dt.timedelta(days=1)
        following = (start.year + 1, 1) if not month or month == 12 else (start.year, month + 1)
        return start, dt.datetime(*following, 1, tzinfo=dt.timezone.utc)
    except (ValueError, OverflowError) as error:
        raise _unreadable(text) from error


def _unreadable(text: str) -> InvalidInput:
    return InvalidInput(
        "time", tr("'{text}' is not a time.").format(text=text), tr("Write 2019, 2019-03 or 2019-03-01 .. 2019-05.")
    )
