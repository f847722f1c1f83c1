"""Many chips with one request: several bands of known Sentinel-2 products, and Sentinel-1."""

from __future__ import annotations

from typing import Any, List, Mapping, Sequence, Tuple

from sentinel_workbench.core.cbm.asking import CbmAsker, ServerFailed
from sentinel_workbench.core.cbm.chip_names import addresses_of, in_order, object_of
from sentinel_workbench.core.cbm.chip_windows import Days, halves, too_many
from sentinel_workbench.core.cbm.records import (
    CHIP_BANDS,
    RADAR_LEVELS,
    ChipAddress,
    ChipList,
    check_days,
    check_place,
    check_size,
    place_text,
)
from sentinel_workbench.core.cbm.turns import turn
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled

MOST_IN_BATCH = 36
"""Chips that are not there yet; more are answered by ``{}``."""


class BatchClient:
    """Makes chips by POST through a ``CbmAsker``; ``ChipClient.fetch`` gets them. Thread-safe."""

    def __init__(self, asker: CbmAsker) -> None:
        self._asker = asker

    def batch(
        self, lon: float, lat: float, products: Sequence[str], bands: Sequence[str], size_m: int = 1280,
        progress: Progress = Silent(),
    ) -> ChipList:
        """Chips of several bands of products the server knows by name.

        Args:
            lon, lat: degrees.
            products: ESA product names, with or without ``.SAFE``.
            bands: of ``CHIP_BANDS``.
            size_m: side, metres.
            progress: may cancel.
        """
        check_place(lon, lat)
        check_size(size_m)
        unknown = [band for band in bands if band not in CHIP_BANDS]
        if unknown or not bands:
            raise InvalidInput("band", f"Not a Sentinel-2 band: {', '.join(unknown) or 'none given'}.", "Correct it.")
        at_once = max(1, MOST_IN_BATCH // len(bands))
        found: List[ChipAddress] = []
        requests = 0
        with turn(self._place(lon, lat), progress):
            for start in range(0, len(products), at_once):
                raise_if_cancelled(progress)
                progress.report(start / len(products), f"Making chips of {len(products)} products")
                part = [f"{name.removesuffix('.SAFE')}.SAFE" for name in products[start : start + at_once]]
                body = {"lon": place_text(lon), "lat": place_text(lat), "tiles": part, "bands": list(bands),
                        "chipsize": size_m}
                document = object_of(self._asker.post("rawChipsBatch", body, progress), "rawChipsBatch")
                requests += 1
                if not document:
                    raise too_many("rawChipsBatch", f"{len(part)} products")
                found += self._addresses(document)
        return ChipList(in_order(found), requests)

    def radar_chips(
        self, lon: float, lat: float, days: Days, level: str = "CARD-BS", size_m: int = 1280,
        progress: Progress = Silent(),
    ) -> ChipList:
        """Sentinel-1 chips, VV and VH: backscatter (``CARD-BS``) or coherence (``CARD-COH6``)."""
        check_place(lon, lat)
        check_size(size_m)
        check_days(*days)
        if level not in RADAR_LEVELS:
            raise InvalidInput("level", f"'{level}' is no Sentinel-1 product here.", f"Use one of {RADAR_LEVELS}.")
        found: List[ChipAddress] = []
        requests, waiting = 0, [days]
        with turn(self._place(lon, lat), progress):
            while waiting:
                raise_if_cancelled(progress)
                window = waiting.pop(0)
                body = {"lon": place_text(lon), "lat": place_text(lat),
                        "dates": [day.isoformat() for day in window], "chipsize": size_m, "plevel": level}
                document = self._radar(body, progress)
                requests += 1
                if document:
                    found += self._addresses(document)
                else:
                    waiting = [*halves(window, "rawS1ChipsBatch"), *waiting]
        return ChipList(in_order(found), requests)

    def _radar(self, body: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
        try:
            return object_of(self._asker.post("rawS1ChipsBatch", body, progress), "rawS1ChipsBatch")
        except ServerFailed:
            raise_if_cancelled(progress)
        return object_of(self._asker.post("rawS1ChipsBatch", body, progress), "rawS1ChipsBatch")

    def _addresses(self, document: Mapping[str, Any]) -> List[ChipAddress]:
        return addresses_of(self._asker.connection.url, document)[0]

    def _place(self, lon: float, lat: float) -> Tuple[str, ...]:
        return (self._asker.connection.url, place_text(lon), place_text(lat))
