"""The main job, end to end, without a window: twelve time slots from the local hub into ``build/demo``.

    scripts/demo.py                  the demo scenes: Betsiboka estuary, 2019, calendar months, 60 m
    scripts/demo.py --scenes DIR     a folder of COG scenes of one's own: twelve slots over its extent and period
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import math
import os
import resource
import shutil
import sys
import time
from pathlib import Path
from typing import Any, Dict, Sequence, Tuple

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QGIS_CUSTOM_CONFIG_PATH", str(BUILD / "demo-profile"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from contact_sheet import draw_contact_sheet
from osgeo import gdal
from qgis.core import Qgis, QgsApplication, QgsProject, QgsReferencedRectangle

from sentinel_workbench import api
from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.http.transport import NetworkSettings
from sentinel_workbench.core.hub.local import find_python
from sentinel_workbench.core.hub.local_scenes import DEMO_AREA, DEMO_YEAR, LocalHub, run_hub_command
from sentinel_workbench.core.model.projection import cover_bbox, utm_crs
from sentinel_workbench.core.model.timerange import parse_instant
from sentinel_workbench.core.progress import Watched
from sentinel_workbench.core.qgis.geometry import crs_of, extent_of

COLLECTION, SCRIPT = "sentinel-2-l2a", "true_colour"
RESOLUTION_M = 60.0
SLOTS = 12
LONGEST_SIDE_PX = 1200
"""Of an image of one's own scenes; coarser than that, the pixel grows."""


def main() -> int:
    """Run the job; 0 when every slot succeeded."""
    options = parse_arguments()
    began = time.monotonic()
    application = QgsApplication([], False)
    application.initQgis()
    try:
        folder = prepare_folder(options.output)
        report = run_on_scenes(options.scenes.resolve(), folder) if options.scenes else run_on_demo(folder)
    except WorkbenchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    finally:
        QgsProject.instance().clear()
    report["seconds"] = round(time.monotonic() - began, 2)
    report["peak_rss_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    (folder / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print_summary(report, folder)
    return 0 if report["succeeded"] == report["slots"] else 1


def parse_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenes", type=Path, help="folder of COG scenes, one folder per acquisition")
    parser.add_argument("--output", type=Path, default=BUILD / "demo", help="default: build/demo")
    return parser.parse_args()


def prepare_folder(folder: Path) -> Path:
    """An empty folder for the results; what an earlier run left is removed."""
    folder = folder.resolve()
    marker = folder / "report.json"
    if folder.exists() and any(folder.iterdir()) and not marker.exists() and not (folder / "tables.gpkg").exists():
        raise WorkbenchError(f"{folder} holds files that are not of a demo.", "Choose another --output.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def run_on_demo(folder: Path) -> Dict[str, Any]:
    """The Betsiboka estuary, 2019."""
    data = BUILD / "demo-data"
    slots = api.calendar_months(api.TimeRange.of_days(f"{DEMO_YEAR}-01-01", f"{DEMO_YEAR}-12-31"))
    with LocalHub(data) as hub:
        order = api.series_order(
            api.BBox(*DEMO_AREA), RESOLUTION_M, COLLECTION, api.library_script(SCRIPT), slots,
            f"True colour, Betsiboka, {DEMO_YEAR}",
        )
        return run_order(hub, order, folder, "synthetic scenes of the local hub")


def run_on_scenes(scenes: Path, folder: Path) -> Dict[str, Any]:
    """Twelve slots over the extent and period of a folder of scenes."""
    name = hashlib.sha256(f"{scenes}|{newest(scenes)}".encode()).hexdigest()[:12]
    data = BUILD / f"scenes-data-{name}"
    found = data / "found.json"
    if not found.exists():
        said = run_hub_command(find_python(), ["ingest", str(scenes), "--data", str(data)], Watched(print_progress))
        found.write_text(said, encoding="utf-8")
    ingested = json.loads(found.read_text(encoding="utf-8"))
    collection, extent, period = read_ingested(ingested)
    area, finest_m = survey(scenes, extent)
    with LocalHub(data, with_demo_scenes=False) as hub:
        order = api.series_order(
            area, fitting_resolution(area, finest_m), collection, script_for(ingested["bands"]),
            whole_day_slots(period, SLOTS), f"{scenes.name}, {period.label()}",
        )
        return run_order(hub, order, folder, credit_of(collection, period))


def whole_day_slots(period: api.TimeRange, count: int) -> Sequence[api.TimeRange]:
    """``count`` slots of nearly equal length that change at midnight, when there are days enough."""
    days = (period.end - period.start).days
    if days < count:
        return api.equal_slots(period, count)
    edges = [period.start + dt.timedelta(days=round(days * i / count)) for i in range(count + 1)]
    return [api.TimeRange(start, end) for start, end in zip(edges, edges[1:])]


def newest(folder: Path) -> int:
    """When the latest file of the folder was changed, so that changed scenes are ingested anew."""
    return max((path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()), default=0)


def read_ingested(found: Dict[str, Any]) -> Tuple[str, api.BBox, api.TimeRange]:
    """(collection, area in lon/lat, whole days of the period) of an ingest's report."""
    period = api.TimeRange.of_days(parse_instant(found["first"]).date(), parse_instant(found["last"]).date())
    return found["collection"], api.BBox(*found["extent"]), period


def credit_of(collection: str, period: api.TimeRange) -> str:
    """The line the Copernicus terms ask for where Sentinel pixels are shown."""
    first, last = period.start.year, (period.end - dt.timedelta(seconds=1)).year
    years = f"{first}" if first == last else f"{first}-{last}"
    return f"contains modified Copernicus Sentinel data {years}" if collection.startswith("sentinel") else ""


def survey(scenes: Path, area: api.BBox) -> Tuple[api.BBox, float]:
    """(area in the scenes' own CRS, finest pixel in metres) as the files' headers tell."""
    finest, boxes = math.inf, {}
    for path in sorted(scenes.rglob("*.tif*")):
        if path.suffix.lower() not in (".tif", ".tiff"):
            continue
        dataset = gdal.Open(str(path))
        reference = dataset.GetSpatialRef()
        left, step, _, top, _, down = dataset.GetGeoTransform()
        code = reference.GetAuthorityCode(None) if reference else None
        if code is None:
            continue
        finest = min(finest, step * (111_320.0 if reference.IsGeographic() else 1.0))
        corners = (left, top + down * dataset.RasterYSize, left + step * dataset.RasterXSize, top)
        boxes.setdefault(f"EPSG:{code}", []).append(corners)
    if len(boxes) == 1:
        ((crs, all_corners),) = boxes.items()
        west, south, east, north = zip(*all_corners)
        return api.BBox(min(west), min(south), max(east), max(north), crs), finest
    centre = ((area.min_x + area.max_x) / 2, (area.min_y + area.max_y) / 2)
    return cover_bbox(area, utm_crs(*centre)), finest


def fitting_resolution(area: api.BBox, finest_m: float) -> float:
    """The scenes' own resolution, or a coarser one that keeps an image at a size to look at."""
    metres = cover_bbox(area, utm_crs(*centre_of(area)))
    return max(finest_m, max(metres.width, metres.height) / LONGEST_SIDE_PX)


def centre_of(area: api.BBox) -> Tuple[float, float]:
    """(longitude, latitude) of the middle."""
    box = cover_bbox(area, "EPSG:4326")
    return (box.min_x + box.max_x) / 2, (box.min_y + box.max_y) / 2


def script_for(bands: Sequence[str]) -> str:
    """True colour when the scenes have its bands, else the first three (or the first one) as they are."""
    if {"B02", "B03", "B04"} <= set(bands):
        return api.library_script(SCRIPT)
    shown = list(bands[:3]) if len(bands) >= 3 else list(bands[:1])
    values = ", ".join(f"sample.{name}" for name in shown)
    return (
        f"//VERSION=3\nfunction setup() {{\n  return {{ input: {json.dumps(shown)}, "
        f'output: {{ bands: {len(shown)}, sampleType: "FLOAT32" }} }};\n}}\n\n'
        f"function evaluatePixel(sample) {{\n  return [{values}];\n}}\n"
    )


def run_order(hub: LocalHub, order: api.SeriesOrder, folder: Path, credit: str) -> Dict[str, Any]:
    """Fetch, deliver, write tables and project, draw the contact sheet; returns the report without its time."""
    workbench = api.Workbench(hub.connection, hub.credentials, BUILD / "cache", NetworkSettings())
    result = workbench.series(order, folder, Watched(print_progress))
    print(file=sys.stderr)
    done = result.in_state(api.State.DONE)
    for image in result.images:
        if image.error:
            print(f"{image.time_range.label()}: {image.error}", file=sys.stderr)
    tables = folder / "tables.gpkg"
    project_path = folder / "demo.qgz"
    if done:
        write_project(workbench, result, tables, project_path)
        draw_contact_sheet(QgsProject.instance(), result, folder / "overview.png", credit)
    grid = order.image.grid
    return {
        "slots": len(order.slots),
        "succeeded": len(done),
        "failed": len(order.slots) - len(done),
        "from_cache": sum(image.from_cache for image in done),
        "tiles": sum(len(image.tiles) for image in done),
        "size_px": [grid.width, grid.height],
        "requests": result.requests,
        "processing_units": round(result.processing_units, 3),
        "seconds": 0.0,
        "peak_rss_mb": 0.0,
        "project": str(project_path),
        "rasters": [str(path) for image in done for path in image.rasters.values()],
        "tables": str(tables),
    }


def write_project(workbench: api.Workbench, result: api.SeriesResult, tables: Path, path: Path) -> None:
    """A project that opens with the series, zoomed to it, with paths relative to it."""
    project = QgsProject.instance()
    project.clear()
    project.setTitle(result.order.title)
    project.setCrs(crs_of(result.order.image.grid.bbox))
    project.setFilePathStorage(Qgis.FilePathType.Relative)
    workbench.add_to_project(result, tables, project)
    extent = QgsReferencedRectangle(extent_of(result.order.image.grid.bbox), project.crs())
    project.viewSettings().setDefaultViewExtent(extent)
    if not project.write(str(path)):
        raise WorkbenchError(f"The project could not be written: {project.error()}")


def print_progress(fraction: float, message: str) -> None:
    """One line that is written over."""
    if sys.stderr.isatty():
        print(f"\r{fraction:5.0%} {message:<60.60}", end="", file=sys.stderr, flush=True)


def print_summary(report: Dict[str, Any], folder: Path) -> None:
    """What a person wants to know at the end."""
    print(
        f"{report['succeeded']} of {report['slots']} slots, {report['size_px'][0]} x {report['size_px'][1]} px, "
        f"{report['from_cache']} from the cache, {report['requests']} requests, {report['tiles']} tiles, "
        f"{report['seconds']} s\n{folder / 'overview.png'}\n{report['project']}"
    )


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)
