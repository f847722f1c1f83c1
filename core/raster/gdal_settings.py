"""GDAL's configuration for one thread and one block of code: QGIS's own layers must not notice."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator, Optional

from osgeo import gdal


@contextmanager
def thread_settings(**options: Optional[str]) -> Iterator[None]:
    """Give GDAL ``options`` in the calling thread until the block ends; None unsets one.

    Threads that GDAL starts itself do not see them.
    """
    before = {name: gdal.GetThreadLocalConfigOption(name, None) for name in options}
    try:
        for name, value in options.items():
            gdal.SetThreadLocalConfigOption(name, value)
        yield
    finally:
        for name, value in before.items():
            gdal.SetThreadLocalConfigOption(name, value)
