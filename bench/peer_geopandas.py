"""What the BYOC tutorial does with all tiles of a collection. Runs in a virtual environment of its own.

Reads one JSON document from the standard input: an address, ``collection`` and ``folder``. Prints ``{"version",
"seconds", "tiles"}``: the time from the first request to the data frame, imports not counted.
"""

from __future__ import annotations

import json
import sys
import time

import geopandas as gpd
import sentinelhub
from sentinelhub import CRS, ByocTile, SentinelHubBYOC, SHConfig


def make_config(task):
    """Settings of the stand-in server, nothing of the user's."""
    config = SHConfig(use_defaults=True)
    config.sh_base_url, config.sh_token_url = task["url"], task["token_url"]
    config.sh_client_id, config.sh_client_secret = task["client_id"], task["client_secret"]
    return config


def main():
    """Iterate, parse, transform, tabulate."""
    task = json.load(sys.stdin)
    byoc = SentinelHubBYOC(config=make_config(task))
    begun = time.perf_counter()
    tiles = [ByocTile.from_dict(entry) for entry in byoc.iter_tiles(task["collection"])]
    shapes = [tile.cover_geometry.transform(CRS.WGS84).geometry for tile in tiles]
    frame = gpd.GeoDataFrame(tiles, geometry=shapes, crs="epsg:4326")
    seconds = time.perf_counter() - begun
    print(json.dumps({"version": sentinelhub.__version__, "seconds": seconds, "tiles": len(frame)}))


if __name__ == "__main__":
    main()
