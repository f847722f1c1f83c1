"""Where the chips of a season go."""

from __future__ import annotations

import os
import time

import pytest

from sentinel_workbench.core.qgis import season_folders
from sentinel_workbench.core.qgis.season_folders import forget_old_seasons, season_folder


@pytest.fixture
def profile(tmp_path, monkeypatch):
    monkeypatch.setattr(season_folders, "chips_folder", lambda: tmp_path / "profile")
    return tmp_path / "profile"


def test_no_two_seasons_share_a_folder(profile, tmp_path):
    made = []
    for _ in range(3):
        folder = season_folder("Fields of / 2019", tmp_path / "mine")
        folder.mkdir(parents=True)
        made.append(folder)
    assert len(set(made)) == 3 and all(folder.parent == tmp_path / "mine" for folder in made)
    assert season_folder("x").parent == profile


def test_old_seasons_of_the_profile_go_and_the_others_stay(profile, tmp_path):
    old, new, chosen = profile / "old", profile / "new", tmp_path / "mine" / "old"
    for folder in (old, new, chosen):
        folder.mkdir(parents=True)
        (folder / "chip.tif").write_bytes(b"x")
    for folder in (old, chosen):
        os.utime(folder, (time.time() - 40 * 86400,) * 2)
    assert forget_old_seasons() == 1
    assert not old.exists() and (new / "chip.tif").exists() and (chosen / "chip.tif").exists()
    assert forget_old_seasons() == 0


def test_without_any_season_there_is_nothing_to_forget(profile):
    assert forget_old_seasons() == 0
