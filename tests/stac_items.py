"""Small STAC items and recorded answers for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence

import pytest

from sentinel_workbench.core.http.transport import HttpRequest, HttpResponse
from sentinel_workbench.core.stac.item_reading import read_item
from sentinel_workbench.core.stac.records import StacItem

RECORDED = Path(__file__).resolve().parents[2] / "shared" / "data" / "stac_recorded"


def make_item(
    name: str, date: str = "2020-06-01T10:00:00Z", cloud: Optional[float] = 10.0, west: float = 3.0,
    collection: str = "sentinel-2-l2a", assets: Optional[Mapping[str, Any]] = None, **properties: Any,
) -> Dict[str, Any]:
    """An item over one degree east of ``west`` and north of 50."""
    ring = [[west, 50.0], [west + 1, 50.0], [west + 1, 51.0], [west, 51.0], [west, 50.0]]
    known = {"datetime": date, **properties}
    if cloud is not None:
        known["eo:cloud_cover"] = cloud
    return {
        "type": "Feature", "stac_version": "1.0.0", "id": name, "collection": collection,
        "geometry": {"type": "Polygon", "coordinates": [ring]}, "bbox": [west, 50.0, west + 1, 51.0],
        "properties": known, "assets": dict(assets or {}), "links": [],
    }


def make_items(count: int, **rest: Any) -> List[Dict[str, Any]]:
    """Items of as many days in June and July 2020, cloud cover 0, 1, 2, ..."""
    days = [f"2020-{6 + n // 30:02d}-{n % 30 + 1:02d}T10:00:00Z" for n in range(count)]
    return [make_item(f"item-{n:03d}", day, float(n), **rest) for n, day in enumerate(days)]


def recorded(name: str) -> Any:
    """A recorded file; skips the test where the recordings are missing."""
    path = RECORDED / name
    if not path.exists():
        pytest.skip(f"the recorded answers are not at {RECORDED}")
    return json.loads(path.read_text(encoding="utf-8"))


def recorded_items(name: str) -> List[StacItem]:
    """All items of a recorded conversation, item or collection of items."""
    document = recorded(name)
    answers = [entry["json"] for entry in document["interactions"]] if "interactions" in document else [document]
    features = [f for a in answers if isinstance(a, dict) for f in (a.get("features") or [a])]
    return [read_item(f) for f in features if f.get("type") == "Feature"]


class Replay:
    """A transport that answers as recorded: the same method and address, and the same body where there is one."""

    def __init__(self, interactions: Sequence[Mapping[str, Any]]) -> None:
        self._left = list(interactions)
        self.sent: List[HttpRequest] = []

    def send(self, request: HttpRequest, progress: Any, sink: Any = None) -> HttpResponse:
        self.sent.append(request)
        body = json.loads(request.body) if request.body else None
        for entry in self._left:
            same = (entry["method"], entry["uri"].rstrip("/")) == (request.method, request.url.rstrip("/"))
            if same and (body is None or _without_limit(entry["request_body"]) == _without_limit(body)):
                content = json.dumps(entry["json"]).encode()
                headers = {"content-type": "application/json"}
                return HttpResponse(entry["status"]["code"], headers, content, len(content))
        raise AssertionError(f"not recorded: {request.method} {request.url} {body}")


def _without_limit(body: Any) -> Any:
    return {key: value for key, value in (body or {}).items() if key != "limit"}
