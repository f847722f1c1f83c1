"""What notebooks do with an open catalog. Runs in a virtual environment of its own.

Reads a JSON document from the standard input as ``open_data_ours.py`` does. Prints ``{"seconds", "checked"}``, imports
not counted. GDAL gets the settings that are advised for cloud-optimised GeoTIFFs.
"""

from __future__ import annotations

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ.update(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR", GDAL_INGESTED_BYTES_AT_OPEN="32768",
                  GDAL_HTTP_MERGE_CONSECUTIVE_RANGES="YES", CPL_VSIL_CURL_CACHE_SIZE="134217728")

import geopandas as gpd
import odc.stac
import pystac
import pystac_client
import rasterio
import rioxarray


def urls_of(task):
    """The files."""
    return [f"{task['url']}/files/{number}/B04.tif" for number in range(task["assets"])]


def clipped(url, task):
    """As in the lesson, but without the lock that lets one thread read at a time."""
    left, bottom, right, top = task["bounds"]
    with rioxarray.open_rasterio(url, lock=False) as band:
        return band.rio.clip_box(minx=left, miny=bottom, maxx=right, maxy=top).load()


def read(task):
    """The windows as arrays, so many threads at a time."""
    with ThreadPoolExecutor(task["connections"]) as pool:
        return sum(pool.map(lambda url: float(clipped(url, task).astype("float64").sum()), urls_of(task)))


def clip(task):
    """The windows as COGs."""
    folder = Path(task["folder"])

    def one(pair):
        number, url = pair
        path = folder / f"{number}.tif"
        clipped(url, task).rio.to_raster(path, driver="COG", compress="DEFLATE", predictor=2)
        return path

    with ThreadPoolExecutor(task["connections"]) as pool:
        return len(list(pool.map(one, enumerate(urls_of(task)))))


def item_of(number, url, task):
    """An item that says where its pixels lie."""
    ring = [[-12, 24], [-10.9, 24], [-10.9, 25.4], [-12, 25.4], [-12, 24]]
    asset = {"href": url, "type": pystac.MediaType.COG, "roles": ["data"], "proj:shape": [4096, 4096],
             "proj:transform": [10.0, 0.0, 199980.0, 0.0, -10.0, 2800020.0]}
    return {
        "type": "Feature", "stac_version": "1.0.0", "id": f"scene-{number}", "collection": "sentinel-2-l2a",
        "stac_extensions": ["https://stac-extensions.github.io/projection/v1.1.0/schema.json"], "links": [],
        "geometry": {"type": "Polygon", "coordinates": [ring]}, "bbox": [-12, 24, -10.9, 25.4],
        "properties": {"datetime": f"2020-02-19T11:{number:02d}:25Z", "proj:epsg": task["epsg"]},
        "assets": {"B04": asset},
    }


def odc_load(task):
    """The windows as one cube."""
    items = [pystac.Item.from_dict(item_of(number, url, task)) for number, url in enumerate(urls_of(task))]
    left, bottom, right, top = task["bounds"]
    cube = odc.stac.load(
        items, bands=["B04"], crs=f"EPSG:{task['epsg']}", resolution=10, groupby="id", pool=task["connections"],
        x=(left, right), y=(bottom, top), stac_cfg={"*": {"assets": {"*": {"data_type": "uint16", "nodata": 0}}}})
    return float(cube["B04"].astype("float64").sum())


def search(task):
    """All scenes as a data frame."""
    client = pystac_client.Client.open(task["root"])
    found = client.search(collections=[task["collection"]], limit=100, max_items=1000)
    frame = gpd.GeoDataFrame.from_features(found.item_collection().to_dict(), crs="EPSG:4326")
    return len(frame)


def main():
    """Do it once."""
    task = json.load(sys.stdin)
    if task["what"] == "window":
        task = {**task, "assets": 1, "what": "read"}
    odc.stac.configure_rio(cloud_defaults=True)
    work = {"read": read, "clip": clip, "odc": odc_load, "search": search}[task["what"]]
    with rasterio.Env():
        begun = time.perf_counter()
        checked = work(task)
        seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": seconds, "checked": checked}))


if __name__ == "__main__":
    main()
