"""Which files make which tiles: names of a folder or bucket against a path template. Pure, no file is opened.

A template is a path with ``(BAND)`` once, in the file's name; ``*`` stands for anything within a folder's or file's
name, ``**/`` for any folders, also none. Without an ending it takes .tif and .tiff. Sensing times are read by a pattern
of ``{YYYY}``, ``{MM}``, ``{M}``, ``{DD}``, ``{D}``, ``{DOY}``, ``{hh}``, ``{mm}`` and ``{ss}`` anywhere in the path.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Dict, Iterable, List, Mapping, Optional, Sequence, Set, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.byoc import BAND_PLACEHOLDER, ByocTile, check_tile_path, is_identifier

ENDINGS = (".tif", ".tiff")
TEMPLATES = ("**/(BAND).tif", "**/(BAND).tiff", "**/*_(BAND).tif", "**/*_(BAND).tiff", "**/*-(BAND).tif")
"""What ``guess_template`` tries, in this order."""
WHOLE_FILES = ("**/(BAND)_*.tif", "**/(BAND)_*.tiff", "**/(BAND)-*.tif", "**/(BAND)-*.tiff")
"""The same for tiles of one file each, whose names begin alike and go on with a date: what is alike is the band's."""
TIME_PATTERNS = (
    "{YYYY}{MM}{DD}T{hh}{mm}{ss}", "{YYYY}-{MM}-{DD}T{hh}{mm}{ss}", "{YYYY}{MM}{DD}_{hh}{mm}{ss}",
    "{YYYY}{MM}{DD}{hh}{mm}{ss}", "{YYYY}-{MM}-{DD}", "{YYYY}_{MM}_{DD}", "{YYYY}{MM}{DD}", "{YYYY}/{M}/{D}",
    "{YYYY}{DOY}", "{YYYY}-{MM}", "{YYYY}/{MM}",
)
"""What ``guess_time_pattern`` tries, in this order."""
_DIGITS = {"YYYY": r"\d{4}", "MM": r"\d{2}", "M": r"\d{1,2}", "DD": r"\d{2}", "D": r"\d{1,2}", "DOY": r"\d{3}",
           "hh": r"\d{2}", "mm": r"\d{2}", "ss": r"\d{2}"}
_TOKEN = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class FoundTile:
    """A tile as the names tell it.

    Attributes:
        path: with ``(BAND)``, ending included, relative to what was listed.
        files: name of each file by what stands for ``(BAND)`` in it.
        sensing_time: UTC, or None when no pattern was given.
    """

    path: str
    files: Mapping[str, str]
    sensing_time: Optional[dt.datetime] = None

    def as_tile(self, prefix: str = "") -> ByocTile:
        """The tile to create when the files lie below ``prefix`` in the bucket."""
        folder = prefix.strip("/")
        return ByocTile("", f"{folder}/{self.path}" if folder else self.path, sensing_time=self.sensing_time)


@dataclass(frozen=True)
class Unmatched:
    """A name that makes no tile, and why, one sentence."""

    name: str
    reason: str


@dataclass(frozen=True)
class Discovery:
    """What names became.

    Attributes:
        tiles: by path.
        unmatched: in the order of the names.
        uneven: how tiles differ from the most common set of bands, one sentence each.
    """

    tiles: Tuple[FoundTile, ...]
    unmatched: Tuple[Unmatched, ...] = ()
    uneven: Tuple[Unmatched, ...] = ()

    @property
    def bands(self) -> Tuple[str, ...]:
        """The most common set of bands, sorted."""
        sets = Counter(frozenset(tile.files) for tile in self.tiles)
        return tuple(sorted(sets.most_common(1)[0][0])) if sets else ()


def discover_tiles(names: Iterable[str], template: str, time_pattern: Optional[str] = None) -> Discovery:
    """Match ``names`` (relative, ``/`` between folders) against ``template``.

    Raises:
        InvalidInput: a template or pattern that can't be.
    """
    matcher, times = _template_matcher(template), _time_matcher(time_pattern) if time_pattern else None
    groups: Dict[str, Dict[str, str]] = {}
    unmatched: List[Unmatched] = []
    for name in names:
        path, band, reason = _match(name, matcher)
        if reason:
            unmatched.append(Unmatched(name, reason))
        else:
            groups.setdefault(path, {})[band] = name
    tiles = []
    for path, files in sorted(groups.items()):
        instant = times.read(path) if times else None
        if times and instant is None:
            reason = f"No sensing time like {time_pattern} is in its path."
            unmatched += [Unmatched(name, reason) for name in files.values()]
        else:
            tiles.append(FoundTile(path, files, instant))
    return _with_uneven(tuple(tiles), tuple(unmatched))


def read_time(path: str, pattern: str) -> Optional[dt.datetime]:
    """The first sensing time like ``pattern`` in ``path``, UTC, or None.

    Raises:
        InvalidInput: a pattern that can't be.
    """
    return _time_matcher(pattern).read(path)


def guess_template(names: Sequence[str]) -> Optional[str]:
    """The one of ``TEMPLATES`` by which every GeoTIFF belongs to a tile and all tiles have the same bands.

    Of several, the one that takes the names for more tiles of fewer bands, but not for tiles of one band.
    """
    rasters = [name for name in names if name.lower().endswith(ENDINGS)]
    fitting = []
    for template in TEMPLATES if rasters else ():
        found = discover_tiles(rasters, template)
        if found.tiles and not found.unmatched and not found.uneven:
            fitting.append((template, len(found.bands)))
    several = [(count, template) for template, count in fitting if count > 1]
    guessed = min(several, key=lambda pair: pair[0])[1] if several else fitting[0][0] if fitting else None
    return guessed if guessed and not _dates_as_bands(rasters, guessed) else _whole_files(rasters) or guessed


def _dates_as_bands(rasters: Sequence[str], template: str) -> bool:
    """What would be bands by ``template`` are names with a date in them."""
    return guess_time_pattern(discover_tiles(rasters, template).bands) is not None


def _whole_files(rasters: Sequence[str]) -> Optional[str]:
    """The one of ``WHOLE_FILES`` by which every file is a tile of its own, with the same one band, and a date."""
    for template in WHOLE_FILES if rasters else ():
        found = discover_tiles(rasters, template)
        paths = [tile.path for tile in found.tiles]
        if len(paths) == len(rasters) and len(found.bands) == 1 and not found.uneven and guess_time_pattern(paths):
            return template
    return None


def guess_time_pattern(paths: Sequence[str]) -> Optional[str]:
    """The first of ``TIME_PATTERNS`` that every path has, or None."""
    for pattern in TIME_PATTERNS if paths else ():
        matcher = _time_matcher(pattern)
        if all(matcher.read(path) for path in paths):
            return pattern
    return None


def _match(name: str, matcher: re.Pattern[str]) -> Tuple[str, str, str]:
    """Tile path, band and empty reason; or a reason."""
    if PurePosixPath(name).suffix.lower() not in ENDINGS:
        return "", "", "It is no GeoTIFF (.tif or .tiff)."
    found = matcher.fullmatch(name)
    if found is None:
        return "", "", "It does not fit the template."
    band = found.group("band")
    if not is_identifier(band):
        return "", "", f"'{band}' can't be the name of a band."
    path = f"{name[: found.start('band')]}{BAND_PLACEHOLDER}{name[found.end('band'):]}"
    try:
        return check_tile_path(path), band, ""
    except InvalidInput as error:
        return "", "", error.message


def _template_matcher(template: str) -> re.Pattern[str]:
    text = template.strip().strip("/")
    folder, _, name = text.rpartition("/")
    if text.count(BAND_PLACEHOLDER) != 1 or BAND_PLACEHOLDER not in name:
        raise InvalidInput("template", f"'{template}' does not have {BAND_PLACEHOLDER} once in the file's name.",
                           "Write it like 2019/*/tile_(BAND).tif.")
    parts = [part for part in re.split(r"(\*\*/|\*|\(BAND\))", text) if part]
    shapes = {"**/": "(?:.*/)?", "*": "[^/]*", BAND_PLACEHOLDER: "(?P<band>[^/]+?)"}
    pattern = "".join(shapes.get(part) or re.escape(part) for part in parts)
    if not name.lower().endswith(ENDINGS):
        pattern += r"\.[tT][iI][fF][fF]?"
    return re.compile(pattern)


class _TimeMatcher:
    def __init__(self, pattern: re.Pattern[str], tokens: Sequence[str]) -> None:
        self._pattern, self._tokens = pattern, tokens

    def read(self, path: str) -> Optional[dt.datetime]:
        """The first one that is a date."""
        found = [self._instant(match) for match in self._pattern.finditer(path)]
        return next((instant for instant in found if instant), None)

    def _instant(self, match: re.Match[str]) -> Optional[dt.datetime]:
        values = dict(zip(self._tokens, (int(value) for value in match.groups())))
        month, day = values.get("MM", values.get("M", 1)), values.get("DD", values.get("D", 1))
        try:
            date = dt.datetime(
                values["YYYY"], month, day, values.get("hh", 0), values.get("mm", 0), values.get("ss", 0),
                tzinfo=dt.timezone.utc,
            )
            instant = date + dt.timedelta(days=values["DOY"] - 1) if "DOY" in values else date
        except (ValueError, OverflowError):
            return None
        return instant if instant.year == values["YYYY"] else None


def _time_matcher(pattern: str) -> _TimeMatcher:
    tokens = _TOKEN.findall(pattern)
    unknown = sorted(set(tokens) - set(_DIGITS))
    if unknown or "YYYY" not in tokens or len(set(tokens)) != len(tokens):
        known = ", ".join(f"{{{token}}}" for token in _DIGITS)
        problem = f"{{{unknown[0]}}} is not known" if unknown else "{YYYY} must be there, and nothing twice"
        raise InvalidInput("time pattern", f"The pattern '{pattern}' can't be read: {problem}.", f"Use {known}.")
    pieces = re.split(r"(\{\w+\})", pattern)
    body = "".join(f"({_DIGITS[piece[1:-1]]})" if _TOKEN.fullmatch(piece) else re.escape(piece) for piece in pieces)
    # digits before or after would belong to another number
    return _TimeMatcher(re.compile(rf"(?<!\d){body}(?!\d)"), tokens)


def _with_uneven(tiles: Tuple[FoundTile, ...], unmatched: Tuple[Unmatched, ...]) -> Discovery:
    usual: Set[str] = set(Discovery(tiles).bands)
    uneven = []
    for tile in tiles:
        missing, more = sorted(usual - set(tile.files)), sorted(set(tile.files) - usual)
        if missing or more:
            parts = [f"lacks {', '.join(missing)}"] * bool(missing) + [f"has {', '.join(more)} too"] * bool(more)
            uneven.append(Unmatched(tile.path, f"The tile {' and '.join(parts)}."))
    return Discovery(tiles, unmatched, tuple(uneven))
