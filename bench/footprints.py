"""A collection of 20,000 tiles as a layer, against the tutorial's way to a table."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List

from peer import GEO_NAME, GEO_SCRIPT, GEO_VENV, ensure_geo_peer, run_peer
from report import Case, judge
from stand import Address, tile_server

TILES = 20_000
SCRIPT = Path(__file__).with_name("footprint_layer.py")


def footprints(work: Path) -> List[Case]:
    """Time until all is there, and the main thread's longest gap meanwhile."""
    ensure_geo_peer()
    with tile_server(TILES) as address:
        ours = _layer(address, work)
        peer = run_peer({**address, "folder": str(work / "peer")}, GEO_VENV, GEO_SCRIPT)
    if (ours["tiles"], peer["tiles"]) != (TILES, TILES):
        raise RuntimeError(f"{ours['tiles']} and {peer['tiles']} of {TILES} tiles arrived. {ours['error'] or ''}")
    return [
        judge(f"{TILES} tiles into a footprints layer", "s", ours["seconds"], peer["seconds"], GEO_NAME, times_peer=5),
        judge("Longest gap of the main thread meanwhile", "ms", ours["busy_ms"], floor=ours["idle_ms"], most=150),
    ]


def _layer(address: Address, work: Path) -> Dict[str, Any]:
    command = [sys.executable, str(SCRIPT), address["url"], address["token_url"], address["collection"], str(work)]
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, check=True, timeout=300)
    return json.loads(done.stdout.strip().splitlines()[-1])
