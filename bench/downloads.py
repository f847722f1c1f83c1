"""Throughput, cache hits and pacing, side by side with ``sentinelhub``."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple

from floor import bare_loop
from orders import THREADS, hub_client, peer_order, series_order, series_service
from osgeo import gdal
from peer import NAME, run_peer
from report import Case, judge
from stand import Address, counters, stand_in, write_image

from sentinel_workbench.core.cache.store import ResponseCache
from sentinel_workbench.core.hub.client import HubClient
from sentinel_workbench.core.hub.process import accept_header, build_payload
from sentinel_workbench.core.model.orders import ImageOrder, SeriesOrder
from sentinel_workbench.core.model.results import State
from sentinel_workbench.core.progress import Silent
from sentinel_workbench.core.services.image import ImageService

ROUNDS = 7
RATE, BURST, PACED = 5, 10, 60


def throughput(work: Path) -> List[Case]:
    """100 requests of 256 x 256: our client and our whole service, the peer, and the bare loop. Medians of rounds."""
    order = series_order(100, 256, 256, 3)
    with stand_in(write_image(work / "small.tiff", 256, 256, 3)) as address:
        floors, clients, services = [], [], []
        for number in range(ROUNDS):
            payloads = [build_payload(one) for one in order.orders()]
            floors.append(bare_loop(address, payloads, work / f"floor-{number}", THREADS))
            clients.append(_send_all(hub_client(address), order.orders(), work / f"client-{number}"))
            services.append(_fetch_series(address, order, work / f"ours-{number}"))
        peer = _peer(address, "download", work / "peer", 100, 256, 256, 3)["seconds"]
    floor, client, service = (statistics.median(times) for times in (floors, clients, services))
    return [
        judge("100 requests of 256 x 256", "s", client, peer, NAME, floor, times_peer=5, times_floor=1.3),
        judge("100 layers of 256 x 256: sent, checked, georeferenced, kept", "s", service, peer, NAME, floor, 5),
    ]


def _send_all(client: HubClient, orders: Sequence[ImageOrder], folder: Path) -> float:
    """Seconds to fetch all orders with our client into files."""
    folder.mkdir()

    def send(number: int) -> None:
        with (folder / f"{number}.tiff").open("w+b") as sink:
            client.process(build_payload(orders[number]), accept_header(orders[number]), sink, Silent())

    begun = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(send, range(len(orders))))
    return time.perf_counter() - begun


def _fetch_series(address: Address, order: SeriesOrder, cache: Path) -> float:
    begun = time.perf_counter()
    result = series_service(hub_client(address), cache).fetch(order)
    seconds = time.perf_counter() - begun
    if len(result.in_state(State.DONE)) != len(order.slots):
        raise RuntimeError(next(image.error for image in result.images if image.error))
    return seconds


def _peer(address: Address, action: str, folder: Path, count: int, width: int, height: int, bands: int, **more: Any):
    order = peer_order(count, width, height, bands)
    return run_peer({**address, **order, "action": action, "folder": str(folder), **more})


def cache_hits(work: Path) -> List[Case]:
    """An image from the cache: a file ready to be a layer, against the peer's array."""
    return [
        _hit(work, "631 x 1047, 13 bands", 631, 1047, 13, gdal.GDT_Int16),
        _hit(work, "256 x 256, 3 bands", 256, 256, 3, gdal.GDT_Byte),
    ]


def _hit(work: Path, name: str, width: int, height: int, bands: int, kind: int) -> Case:
    count, body = 12, write_image(work / f"{width}.tiff", width, height, bands, kind)
    order, cache, folder = series_order(count, width, height, bands), work / f"hits-{width}", work / f"hit-peer-{width}"
    with stand_in(body) as address:
        _fetch_series(address, order, cache)
        _peer(address, "download", folder, count, width, height, bands)
        counters(address)
        peer = statistics.median(_peer(address, "read", folder, count, width, height, bands)["each_s"])
        ours = statistics.median(_read_again(address, order, cache))
        asked = counters(address)["requests"]
    if asked:
        raise RuntimeError(f"{asked} requests were sent though all was in the cache.")
    return judge(f"Cache hit, {name}", "ms", ours * 1000, peer * 1000, NAME, times_peer=5)


def _read_again(address: Address, order: SeriesOrder, cache: Path) -> List[float]:
    service, each = ImageService(hub_client(address), ResponseCache(cache)), []
    for one in order.orders():
        begun = time.perf_counter()
        result = service.fetch(one)
        each.append(time.perf_counter() - begun)
        if not (result.from_cache and all(path.exists() for path in result.rasters.values())):
            raise RuntimeError("The cache did not answer.")
    return each


def pacing(work: Path) -> List[Case]:
    """60 requests against a service that allows 5 a second after a burst of 10."""
    order = series_order(PACED, 256, 256, 3)
    with stand_in(write_image(work / "paced.tiff", 256, 256, 3), RATE, BURST) as address:
        ours_s, ours = _paced(address, order, work / "paced")
        counters(address)
        peer_s = _peer(address, "download", work / "paced-peer", PACED, 256, 256, 3)["seconds"]
        peer = counters(address)
    ideal_s = (PACED - BURST) / RATE
    title = f"{PACED} requests where {RATE} a second are allowed"
    return [
        judge(f"{title}: refused (429)", "answers", ours["too_many"], peer["too_many"], NAME, 0, most=0),
        judge(f"{title}: time", "s", ours_s, peer_s, NAME, ideal_s, times_peer=0.95),
    ]


def _paced(address: Address, order: SeriesOrder, folder: Path) -> Tuple[float, Dict[str, int]]:
    client = hub_client(address, requests_per_minute=60 * RATE, burst=BURST)
    seconds = _send_all(client, order.orders(), folder)
    return seconds, counters(address)
