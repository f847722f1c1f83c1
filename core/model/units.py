"""Processing units: what the service charges for one Process API request.

One unit is 512 x 512 px of output, three input bands, one sample a pixel, at most 16 bit (auth-and-limits, 4).
"""

from __future__ import annotations

PIXELS_PER_UNIT = 512 * 512
BANDS_PER_UNIT = 3
MINIMUM_SIZE_FACTOR = 0.01
MINIMUM_UNITS = 0.005


def sentinel1_factor(orthorectify: bool, terrain_correction: bool, speckle_filter: bool) -> float:
    """The factor of Sentinel-1 processing; terrain correction replaces the factor of orthorectification."""
    geometry = 2.5 if terrain_correction else 2.0 if orthorectify else 1.0
    return geometry * (2.0 if speckle_filter else 1.0)


def processing_units(
    width: int,
    height: int,
    input_bands: int,
    float32: bool = False,
    samples: float = 1,
    fusion_factor: float = 1.0,
    orthorectify: bool = False,
    terrain_correction: bool = False,
    speckle_filter: bool = False,
    octet_stream: bool = False,
) -> float:
    """Units of one successful request.

    Args:
        width: of the bounding box in pixels, whatever the polygon inside.
        height: of the bounding box in pixels.
        input_bands: bands the script reads, ``dataMask`` not counted unless it is the only one.
        float32: the output is a 32 bit float TIFF.
        samples: data samples a pixel: 1 for SIMPLE, the scenes kept for TILE and ORBIT.
        fusion_factor: collections of the deployment + 2 * collections of others, when several are fused, else 1.
        orthorectify: Sentinel-1 only.
        terrain_correction: Sentinel-1 radiometric terrain correction.
        speckle_filter: Sentinel-1 only.
        octet_stream: the answer is asked for as ``application/octet-stream``.
    """
    size = max(width * height / PIXELS_PER_UNIT, MINIMUM_SIZE_FACTOR)
    bands = max(input_bands, 1) / BANDS_PER_UNIT
    depth = 2.0 if float32 else 1.4 if octet_stream else 1.0
    radar = sentinel1_factor(orthorectify, terrain_correction, speckle_filter)
    return max(size * bands * depth * samples * fusion_factor * radar, MINIMUM_UNITS)
