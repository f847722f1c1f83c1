"""Makes the small pictures of the script library, from the demo scenes. Run it when scripts or scenes change.

Usage: script_pictures.py DEMO_DATA. Collections the demo scenes do not cover are drawn from Sentinel-2 bands of the
same colours; what those can't show, such as gases, is drawn as the script's own colour ramp.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
import tempfile
from pathlib import Path

import numpy as np
from osgeo import gdal

from sentinel_workbench.core.evalscript.legend import Legend, read_legends
from sentinel_workbench.core.evalscript.reading import read_script
from sentinel_workbench.core.evalscript.script_library import PICTURES, LibraryScript, read_library
from sentinel_workbench.core.model.collection import Collection, find_collection
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.localhub.records import BandFile, InputData, RenderRequest, ResponseFormat
from sentinel_workbench.localhub.render import render
from sentinel_workbench.localhub.store import SceneStore

gdal.UseExceptions()
WIDTH, HEIGHT = 160, 120
PLACE = BBox(46.20, -15.98, 46.46, -15.79)
FROM = dt.datetime(2019, 4, 15, tzinfo=dt.timezone.utc)
TO = dt.datetime(2019, 6, 30, 23, 59, 59, tzinfo=dt.timezone.utc)
CLOUDY = dt.datetime(2019, 3, 1, tzinfo=dt.timezone.utc)
CLOUDY_TO = dt.datetime(2019, 3, 31, tzinfo=dt.timezone.utc)
STAND_INS = {
    "landsat-ot-l1": {"B02": "B02", "B03": "B03", "B04": "B04", "B05": "B08", "B06": "B11", "B07": "B12"},
    "landsat-ot-l2": {"B02": "B02", "B03": "B03", "B04": "B04", "B05": "B08", "B06": "B11", "B07": "B12"},
    "landsat-etm-l2": {"B01": "B02", "B02": "B03", "B03": "B04", "B04": "B08", "B07": "B12"},
    "landsat-mss-l1": {"B01": "B03", "B02": "B04", "B04": "B08"},
    "hls": {"Blue": "B02", "Green": "B03", "Red": "B04", "NIR_Narrow": "B8A"},
    "sentinel-3-slstr": {"S1": "B03", "S2": "B04", "S3": "B08"},
    "modis": {"B01": "B04", "B02": "B08", "B03": "B02", "B04": "B03"},
    "sentinel-3-olci": {"B04": "B02", "B06": "B03", "B08": "B04"},
}
CONSTANT = ("aerosol",)
"""The demo scenes have one value of it everywhere."""
SENTINEL_2_STEPS = 10_000
COPIED = ("sentinel-2-l2a", "sentinel-2-l1c", "sentinel-1-grd", "dem")


def fill_store(store: SceneStore, demo: SceneStore) -> None:
    """Serve the demo scenes, and the Sentinel-2 ones once more under the names of other sensors."""
    for name in COPIED:
        store.add_collection(demo.collection(name))
        store.add_scenes(demo.search(name))
    scenes = demo.search("sentinel-2-l2a", time_from=FROM, time_to=TO)
    for name, bands in STAND_INS.items():
        store.add_collection(find_collection(name))
        store.add_scenes([
            dataclasses.replace(scene, collection=name, bands={
                new: rescaled(scene.bands[old], find_collection(name), new) for new, old in bands.items()
            })
            for scene in scenes
        ])


def rescaled(file: BandFile, collection: Collection, name: str) -> BandFile:
    """The file's reflectance in another sensor's digital numbers."""
    band = collection.band(name)
    return dataclasses.replace(file, scale=file.scale / SENTINEL_2_STEPS / band.factors.get("REFLECTANCE", 1.0))


def draw(script: LibraryScript, data: Path, work: Path) -> np.ndarray:
    """The picture, (HEIGHT, WIDTH, 3) bytes."""
    collection = next((name for name in script.collections if name in (*COPIED, *STAND_INS)), None)
    legends = read_legends(script.text)
    outputs = [output.id for output in read_script(script.text).outputs]
    chosen = "picture" if "picture" in outputs else outputs[0]
    needed = {band for entry in read_script(script.text).inputs for band in entry.bands} - {"dataMask"}
    if script.name in CONSTANT or collection is None or not needed <= set(STAND_INS.get(collection, needed)):
        return ramp_picture(legends[chosen])
    known = find_collection(collection)
    first, last = (CLOUDY, CLOUDY_TO) if script.topic == "clouds" else (FROM, TO)
    source = InputData(
        collection, None, None if known.timeless else first, None if known.timeless else last,
        "leastCC" if known.has_cloud_cover and script.topic != "clouds" else "mostRecent",
    )
    request = RenderRequest(
        PixelGrid(PLACE, WIDTH, HEIGHT), (source,), script.text, (ResponseFormat(chosen, "image/tiff"),)
    )
    answer = render(request, data, work)
    pixels = gdal.Open(str(answer.body)).ReadAsArray()
    return coloured(pixels, legends.get(chosen))


def coloured(pixels: np.ndarray, legend: Legend | None) -> np.ndarray:
    """Bands as colours: pictures as they are, numbers by their legend, several numbers stretched."""
    if legend is not None:
        return legend_colours(pixels.reshape(HEIGHT, WIDTH).astype("float64"), legend)
    pixels = pixels if pixels.dtype == np.uint8 else pixels.astype("float64")
    bands = pixels[2::-1] if pixels.dtype != np.uint8 else pixels[:3]
    bands = bands if len(bands) == 3 else np.stack([bands[0], bands[1], bands[0] / np.maximum(bands[1], 1e-6) / 20])
    if pixels.dtype != np.uint8:
        high = np.percentile(bands, 98, axis=(1, 2), keepdims=True)
        bands = np.clip(255 * bands / high, 0, 255)
    picture = np.moveaxis(bands, 0, -1).astype("uint8")
    if pixels.dtype == np.uint8 and len(pixels) == 4:
        picture[pixels[3] == 0] = 128
    return picture


def legend_colours(values: np.ndarray, legend: Legend) -> np.ndarray:
    """Values by the legend; what has no value is grey."""
    stops = np.array([entry.value for entry in legend.entries])
    colours = np.array([[int(e.colour[i:i + 2], 16) for i in (1, 3, 5)] for e in legend.entries], "float64")
    if legend.is_ramp:
        channels = [np.interp(values, stops, colours[:, i]) for i in range(3)]
        picture = np.stack(channels, axis=-1)
    else:
        picture = colours[np.abs(values[..., None] - stops).argmin(axis=-1)]
    return np.where(np.isfinite(values)[..., None], picture, 128).astype("uint8")


def ramp_picture(legend: Legend) -> np.ndarray:
    """The legend from left to right."""
    values = np.linspace(legend.entries[0].value, legend.entries[-1].value, WIDTH)
    return legend_colours(np.broadcast_to(values, (HEIGHT, WIDTH)), legend)


def write_picture(picture: np.ndarray, path: Path) -> None:
    """A JPEG without side files."""
    memory = gdal.GetDriverByName("MEM").Create("", WIDTH, HEIGHT, 3)
    for band in range(3):
        memory.GetRasterBand(band + 1).WriteArray(picture[..., band])
    gdal.SetConfigOption("GDAL_PAM_ENABLED", "NO")
    gdal.GetDriverByName("JPEG").CreateCopy(str(path), memory, options=["QUALITY=82"])


def main(demo: str) -> None:
    """Draw every script of the library."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        fill_store(SceneStore(data), SceneStore(demo))
        for script in read_library():
            write_picture(draw(script, data, data), PICTURES / f"{script.name}.jpg")
            print(script.name)


if __name__ == "__main__":
    main(sys.argv[1])
