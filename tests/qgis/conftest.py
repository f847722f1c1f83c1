"""A QGIS of its own for these tests: a temporary profile, so that no user's settings or credentials are touched."""

from __future__ import annotations

import os
import shutil
import tempfile

_PROFILE = tempfile.mkdtemp(prefix="workbench-profile-")
os.environ["QGIS_CUSTOM_CONFIG_PATH"] = _PROFILE
os.environ["QGIS_AUTH_DB_DIR_PATH"] = _PROFILE


def pytest_unconfigure():
    shutil.rmtree(_PROFILE, ignore_errors=True)
