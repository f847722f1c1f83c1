"""The sampler each collection needs."""

from __future__ import annotations

from sentinel_workbench.core.raster.reading import OpenBands
from sentinel_workbench.localhub.elevation_sampling import ElevationSampler
from sentinel_workbench.localhub.radar_sampling import RadarSampler
from sentinel_workbench.localhub.sampling import BandChoice, Sampler

_KINDS = {"sentinel-1-grd": RadarSampler, "dem": ElevationSampler}


def make_sampler(choice: BandChoice, files: OpenBands) -> Sampler:
    """The sampler for one input of a script."""
    return _KINDS.get(choice.collection.collection_id, Sampler)(choice, files)
