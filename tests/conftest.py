"""Settings for every test: no user profile is touched, no proxy of the machine is used."""

from __future__ import annotations

import os

from hypothesis import settings

# A slow machine is no failure: speed is measured in the bench, never in a timed test.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
