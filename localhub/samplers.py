"""The sampler each collection needs."""

from __future__ import annotations

from sentinel_workbench.core.raster.reading import OpenBands
from sentinel_workbench.localhub.elevation_sampling import ElevationSampler
from sentinel_workbench.localhub.landsat import PREFIX
from sentinel_workbench.localhub.landsat_sampling import LandsatSampler
from sentinel_workbench.localhub.radar_sampling import RadarSampler
from sentinel_workbench.localhub.sampling import BandChoice, Sampler

_KINDS = {"sentinel-1-grd": RadarSampler, "dem": ElevationSampler}


def make_sampler(choice: BandChoice, files: OpenBands) -> Sampler:
    """The sampler for one input of a script."""
    name = choice.collection.collection_id
    kind = LandsatSampler if name.startswith(PREFIX) else _KINDS.get(name, Sampler)
    return kind(choice, files)
