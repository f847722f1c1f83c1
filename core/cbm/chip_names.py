"""Names and addresses of chips, as every generation of the server writes them (cbm-rest, 5 and 7)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Iterable, List, Mapping, Optional, Tuple
from urllib.parse import urlsplit

from sentinel_workbench.core.cbm.records import ChipAddress
from sentinel_workbench.core.errors import UnexpectedAnswer
from sentinel_workbench.core.http.complaints import final

_CHIP = re.compile(
    r"(?P<product>S2[A-D]_MSIL(?:1C|2A)_(?P<date>\d{8}T\d{6})_N(?P<baseline>\d{4})_R\d{3}_T(?P<tile>\d{2}[A-Z]{3})"
    r"_\d{8}T\d{6})\.(?P<band>B\d[\dA]|SCL)\.tif$"
)
_STAMP = re.compile(r"(?<!\d)(\d{8}T\d{6})(?!\d)")
_SLASHES = re.compile("/+")
_SAFE_NAME = re.compile(r"[\w.\-]+")


def absolute_url(base: str, path: str) -> str:
    """The address of a file the server names by address, by path, or by host and path."""
    text = path.strip()
    if text.startswith(("http://", "https://")):
        return text
    parts = urlsplit(base)
    if text.lstrip("/").partition("/")[0] == parts.netloc:
        text = text.lstrip("/").partition("/")[2]
    return f"{base}/{_SLASHES.sub('/', text).lstrip('/')}"


def chip_address(base: str, path: str, label: str = "") -> Optional[ChipAddress]:
    """A chip of an answer, or None when its name can't be a chip's.

    Args:
        base: address of the server.
        path: as the answer has it.
        label: the answer's ``dates`` entry, such as ``20190601T105031_VV``.
    """
    name = urlsplit(path).path.rpartition("/")[2]
    if not _SAFE_NAME.fullmatch(name) or name.startswith("."):
        return None
    url, known = absolute_url(base, path), _CHIP.match(name)
    if known:
        return ChipAddress(
            name, url, _instant(known["date"]), known["band"], known["product"], known["tile"], int(known["baseline"])
        )
    stamp = _STAMP.search(label) or _STAMP.search(name)
    if stamp is None:
        return None
    band = label.partition("_")[2] or name.rpartition(".")[0].rpartition(".")[2].rpartition("_")[2]
    return ChipAddress(name, url, _instant(stamp[1]), band)


def product_day(name: str) -> Optional[dt.date]:
    """The day a product was sensed, by its name."""
    stamp = _STAMP.search(name)
    return _instant(stamp[1]).date() if stamp else None


def addresses_of(base: str, document: Mapping[str, Any]) -> Tuple[List[ChipAddress], int]:
    """Chips of an answer, and how many of its entries are none."""
    paths, labels = document.get("chips") or [], document.get("dates") or []
    labels = [*labels, *[""] * (len(paths) - len(labels))]
    found = [chip_address(base, str(path), str(label)) for path, label in zip(paths, labels)]
    chips = [chip for chip in found if chip is not None]
    return chips, len(found) - len(chips)


def object_of(document: Any, route: str) -> Mapping[str, Any]:
    """``document`` when it is a JSON object.

    Raises:
        UnexpectedAnswer: it is none.
    """
    if not isinstance(document, Mapping):
        message = f"The CbM server's answer to '{route}' can't be understood."
        raise final(UnexpectedAnswer(message, "Check the address of the server."))
    return document


def in_order(chips: Iterable[ChipAddress]) -> Tuple[ChipAddress, ...]:
    """By time, then by name."""
    return tuple(sorted(chips, key=lambda chip: (chip.date, chip.name)))


def _instant(text: str) -> dt.datetime:
    return dt.datetime.strptime(text, "%Y%m%dT%H%M%S").replace(tzinfo=dt.timezone.utc)
