"""The peak memory of one render in a process of its own, as the hub's render processes are.

    python bench/render_memory.py DATA SIZE WORK

prints ``{"peak_mb"}``, resident, in millions of bytes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from peak_memory import peak_mb
from scenery import BBOX, SCRIPTS

from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.localhub.records import InputData, RenderRequest, ResponseFormat
from sentinel_workbench.localhub.render import render
from sentinel_workbench.localhub.render_process import limit_block_cache


def main() -> None:
    """Render and print."""
    data, size, work = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    limit_block_cache()
    grid = PixelGrid(BBox(*BBOX), size, size)
    responses = (ResponseFormat("default", "image/tiff"),)
    render(RenderRequest(grid, (InputData("sentinel-2-l1c"),), SCRIPTS["13 bands"], responses), data, work)
    print(json.dumps({"peak_mb": peak_mb()}))


if __name__ == "__main__":
    main()
