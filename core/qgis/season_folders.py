"""Where the image chips of a season go, and how long those of the profile stay."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from pathlib import Path
from typing import Optional

from sentinel_workbench.core.qgis.folders import chips_folder
from sentinel_workbench.core.services.chip_files import safe_stem

KEPT_DAYS = 30
_DAY_S = 86_400.0


def season_folder(title: str, chosen: Optional[Path] = None) -> Path:
    """A folder that is not there yet, below the one the user chose or that of the profile; not made here.

    Each season has its own, so that the window of one never shows the chips of another.
    """
    stamp = dt.datetime.now().strftime("%Y-%m-%d_%H%M%S")
    base = chosen or chips_folder()
    wanted = base / f"{stamp}_{safe_stem(title)[:40]}"
    count = 1
    while wanted.exists():
        count += 1
        wanted = base / f"{stamp}_{safe_stem(title)[:40]}_{count}"
    return wanted


def forget_old_seasons(days: int = KEPT_DAYS) -> int:
    """Remove what lies in the profile's folder since longer than that; how many seasons it was."""
    base, limit = chips_folder(), time.time() - days * _DAY_S
    old = [one for one in base.iterdir() if one.is_dir() and one.stat().st_mtime < limit] if base.is_dir() else []
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)
