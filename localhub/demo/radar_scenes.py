"""The demo's Sentinel-1 scenes: ground range products, not terrain corrected, of two tracks."""

from __future__ import annotations

import datetime as dt
import zlib
from pathlib import Path
from typing import Dict, List, Mapping, Sequence

import numpy as np

from sentinel_workbench.core.progress import Progress, raise_if_cancelled
from sentinel_workbench.localhub.demo.backscatter import LOOKS, RadarScene, amplitude_numbers
from sentinel_workbench.localhub.demo.footprint import tile_footprint
from sentinel_workbench.localhub.demo.frame import COARSE, Frame, Tile
from sentinel_workbench.localhub.demo.products import Product, Scenery
from sentinel_workbench.localhub.demo.radar_passes import TRACKS, RadarPass
from sentinel_workbench.localhub.demo.radar_view import RadarView, view_from
from sentinel_workbench.localhub.demo.scene_files import SceneEntry, whole_frame, write_products

S1 = "sentinel-1-grd"
_SCALES = {"VV": 0.01, "VH": 0.005}
_NO_ANGLE = 65535
_SLICE_S = 25


def make_radar_scenes(
    work: Path, scenery: Scenery, passes: Sequence[RadarPass], progress: Progress
) -> List[SceneEntry]:
    """Write the scenes of ``passes`` into ``work``; what the list says of them.

    Raises:
        StorageError, DiskFull: a file can't be written.
        Cancelled: between two passes.
    """
    frame, ground = scenery.frame, scenery.ground
    height = np.maximum(ground.terrain.height, 0)
    views = {track.direction: view_from(track, frame, height) for track in TRACKS}
    geometry = {
        direction: write_products(
            work, Path("geometry") / direction.lower(), _geometry_products(view, height), frame,
            whole_frame(frame, direction),
        )
        for direction, view in views.items()
    }  # fmt: skip
    radar, scenes = RadarScene(frame, ground), []
    for number, moment in enumerate(passes):
        raise_if_cancelled(progress)
        progress.report(number / len(passes), f"Sentinel-1, {moment.time:%d %B %Y}")
        direction = moment.track.direction
        products = _channel_products(radar.beta_nought(moment, views[direction]))
        scenes.append(_make_scene(work, frame, moment, products, geometry[direction]))
    return scenes


def seen_rows(frame: Frame, direction: str) -> Tile:
    """The part a track sees: the ascending one is switched on a quarter of the way up."""
    rows = frame.shape[0]
    end = rows if direction == "DESCENDING" else 3 * rows // 4 // COARSE * COARSE
    return Tile(direction.lower(), 0, end, 0.0)


def _channel_products(images: Mapping[str, np.ndarray]) -> Dict[str, Product]:
    return {
        name.lower(): Product(
            amplitude_numbers(power, _SCALES[name])[None], (name,), 1, 0, scale=_SCALES[name], grainy=True
        )
        for name, power in images.items()
    }


def _geometry_products(view: RadarView, height: np.ndarray) -> Dict[str, Product]:
    angles = np.rint(np.stack([view.incidence, view.local_incidence]) * 10).astype(np.uint16)
    area = np.rint(view.scattering_area * 100).astype(np.uint16)[None]
    return {
        "angles": Product(angles, ("incidenceAngle", "localIncidenceAngle"), 1, _NO_ANGLE, scale=0.1),
        "area": Product(area, ("scatteringArea",), 1, _NO_ANGLE, scale=0.01),
        "shadow": Product(view.shadow.astype(np.uint8)[None], ("shadowMask",), 1, 255, classes=True),
        "height": Product(np.rint(height).astype(np.int16)[None], ("elevation",), 1, -32768),
    }


def _make_scene(
    work: Path,
    frame: Frame,
    moment: RadarPass,
    products: Mapping[str, Product],
    geometry: Mapping[str, Mapping[str, object]],
) -> SceneEntry:
    name, track = _product_name(moment), moment.track
    tile = seen_rows(frame, track.direction)
    bands = write_products(work, Path(f"{moment.time:%Y-%m-%d}"), products, frame, tile)
    return {
        "scene_id": name,
        "collection": S1,
        "date": moment.time.isoformat(timespec="milliseconds"),
        "cloud_percent": None,
        "footprint": tile_footprint(frame, tile, None),
        "bands": {**bands, **geometry},
        "properties": {
            "platform": f"sentinel-{track.satellite[1:].lower()}",
            "dataPath": f"s3://sentinel-s1-l1c/GRD/{moment.time.year}/{moment.time.month}/{moment.time.day}/IW/DV/{name}",
            "tileOriginalId": name,
            "acquisitionMode": "IW",
            "polarization": "DV",
            "resolution": "HIGH",
            "orbitDirection": track.direction,
            "timeliness": moment.timeliness,
            "radar": {"stored": "BETA0_AMPLITUDE", "looks": LOOKS, "lookAzimuth": track.look_degrees},
        },
    }


def _product_name(moment: RadarPass) -> str:
    start, end = moment.time, moment.time + dt.timedelta(seconds=_SLICE_S)
    take = f"{zlib.crc32(str(moment.orbit).encode()) % 0x40000:06X}"
    name = f"{moment.track.satellite}_IW_GRDH_1SDV_{start:%Y%m%dT%H%M%S}_{end:%Y%m%dT%H%M%S}_{moment.orbit:06d}_{take}"
    return f"{name}_{zlib.crc32(name.encode()) % 0x10000:04X}"
