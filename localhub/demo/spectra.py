"""What each kind of ground reflects, and what the air adds, in the thirteen bands of Sentinel-2."""

from __future__ import annotations

from typing import Sequence

import numpy as np

BANDS = ("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12")
FINE_BANDS = ("B02", "B03", "B04", "B08")
MEDIUM_BANDS = ("B05", "B06", "B07", "B8A", "B11", "B12")
COARSE_BANDS = ("B01", "B09", "B10")

_SURFACES = {
    "sea": (38, 34, 24, 10, 8, 6, 5, 4, 4, 3, 1, 2, 1),
    "green water": (48, 58, 78, 48, 36, 20, 18, 14, 12, 9, 1, 4, 2),
    "red water": (54, 68, 108, 170, 178, 140, 138, 112, 98, 80, 1, 9, 5),
    "wet mud": (88, 104, 132, 166, 178, 184, 190, 195, 198, 196, 2, 150, 100),
    "salt flat": (120, 148, 204, 262, 282, 292, 300, 312, 322, 320, 3, 350, 290),
    "mangrove": (18, 21, 42, 23, 58, 195, 245, 268, 278, 270, 2, 108, 44),
    "green grass": (28, 36, 88, 60, 116, 232, 285, 316, 328, 320, 3, 205, 108),
    "dry grass": (62, 84, 126, 158, 180, 200, 218, 246, 266, 274, 3, 330, 230),
    "red soil": (54, 68, 106, 192, 218, 226, 244, 266, 280, 286, 3, 370, 305),
    "green forest": (18, 21, 40, 26, 60, 165, 205, 232, 245, 240, 2, 140, 60),
    "bare forest": (34, 43, 62, 77, 98, 128, 148, 170, 186, 190, 2, 240, 160),
    "burnt": (30, 34, 44, 52, 60, 70, 80, 92, 102, 110, 2, 185, 175),
    "rice": (30, 36, 82, 42, 102, 295, 370, 405, 420, 405, 3, 172, 72),
    "town": (105, 115, 138, 160, 172, 180, 188, 200, 208, 212, 3, 240, 215),
}
SURFACES = tuple(_SURFACES)
REFLECTANCE = np.array(list(_SURFACES.values()), np.float32) / 1000
"""Shape (surfaces, bands)."""

CLOUD = np.array((72, 72, 72, 73, 74, 74, 75, 75, 75, 62, 4, 50, 36), np.float32) / 100
CIRRUS = np.array((20, 20, 20, 20, 20, 20, 20, 20, 20, 10, 3.2, 14, 10), np.float32) / 100
"""Added by the thickest cirrus; B10 sees little else."""
HAZE = np.array((118, 88, 51, 30, 24, 18, 15, 12, 10, 5, 1, 2, 1), np.float32) / 1000
"""Path reflectance at the top of a clean atmosphere: blue."""
TRANSMITTANCE = np.array((72, 78, 83, 88, 90, 92, 93, 94, 95, 38, 1, 96, 95), np.float32) / 100


def band_indices(names: Sequence[str]) -> np.ndarray:
    """Positions of ``names`` in ``BANDS``."""
    return np.array([BANDS.index(name) for name in names])
