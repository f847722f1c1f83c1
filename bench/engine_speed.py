"""How long one JavaScript engine takes for a picture, after warming up; medians of five.

    python bench/engine_speed.py v8|qjs SIZE

prints ``{"seconds"}``.
"""

from __future__ import annotations

import json
import statistics
import sys
import time

import numpy as np
from scenery import SCRIPTS

from sentinel_workbench.core.evalscript.engine import create_engine
from sentinel_workbench.core.evalscript.program import CollectionBands, Program

NAMES = ("B04", "B08")


def main() -> None:
    """Measure and print."""
    name, size = sys.argv[1], int(sys.argv[2])
    units = {band: ("REFLECTANCE",) for band in NAMES}
    bands = CollectionBands("0", "S2L1C", dict.fromkeys(NAMES, "REFLECTANCE"), units)
    program = Program(SCRIPTS["ndvi"], [bands], create_engine(name))
    program.pre_process([[]], [None], [None])
    program.update_output([[]])
    program.begin([[]], {"serviceVersion": "", "normalizationFactor": 1.0})
    rng = np.random.Generator(np.random.PCG64(3))
    sample = {band: rng.random((size, size)) for band in NAMES}
    sample["dataMask"] = np.ones((size, size))
    times = []
    for _ in range(6):
        begun = time.perf_counter()
        program.evaluate([[sample]], size, size)
        times.append(time.perf_counter() - begun)
    print(json.dumps({"seconds": statistics.median(times[1:])}))
    program.close()


if __name__ == "__main__":
    main()
