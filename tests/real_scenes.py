"""The real Sentinel-2 series next to the repository, made into COGs once a test session."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Sequence

import pytest

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SITE = "0000280849BAC91C"
BOUNDS = (574680, 5621800, 575320, 5622440)
CRS = "EPSG:32631"
ATTRIBUTION = "contains modified Copernicus Sentinel data 2018, 2019"


def make_cogs(
    target: Path, site: str = SITE, first: str = "2019-04-01", last: str = "2019-06-30", bands: Sequence[str] = ()
) -> Path:
    """A site's scenes of a period as COGs, all bands by default; skips the test where the data are missing."""
    script = DATA / "prepare.py"
    if not script.exists():
        pytest.skip(f"the real Sentinel-2 series is not at {DATA}")
    command = [
        sys.executable, str(script), str(target), "--site", site, "--only", "scenes", "--from", first, "--to", last,
        *(("--bands", *bands) if bands else ()),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return target / "scenes"
