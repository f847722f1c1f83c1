"""The report: one line a case, as JSON and as a table."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Optional, Sequence


@dataclass(frozen=True)
class Case:
    """One thing measured.

    Attributes:
        name: what was done.
        unit: of the numbers; smaller is better.
        ours: our number.
        peer: the peer's, or None.
        peer_name: name and version, or None.
        floor: what cannot be beaten, or None.
        asked: the bar in words.
        met: whether it was cleared.
    """

    name: str
    unit: str
    ours: float
    peer: Optional[float]
    peer_name: Optional[str]
    floor: Optional[float]
    asked: str
    met: bool


def judge(
    name: str,
    unit: str,
    ours: float,
    peer: Optional[float] = None,
    peer_name: Optional[str] = None,
    floor: Optional[float] = None,
    times_peer: Optional[float] = None,
    times_floor: Optional[float] = None,
    most: Optional[float] = None,
) -> Case:
    """A case with its bar.

    Args:
        name, unit, ours, peer, peer_name, floor: as in ``Case``.
        times_peer: ours must be at least so many times less than the peer's; below 1, it may be more.
        times_floor: ours may be at most so many times the floor.
        most: ours may be at most this.
    """
    bars, met = [], True
    if times_peer is not None and peer is not None:
        better = f"{times_peer:g} times better than the peer"
        bars.append(better if times_peer > 1 else "as fast as the peer, within 5 %")
        met &= ours * times_peer <= peer
    if times_floor is not None and floor is not None:
        bars.append(f"at most {times_floor:g} times the floor")
        met &= ours <= floor * times_floor
    if most is not None:
        bars.append(f"at most {most:g} {unit}")
        met &= ours <= most
    rounded = [None if value is None else float(f"{value:.4g}") for value in (ours, peer, floor)]
    return Case(name, unit, rounded[0], rounded[1], peer_name, rounded[2], ", ".join(bars), bool(met))


def write_report(path: Path, cases: Sequence[Case]) -> None:
    """``{"cases": [...]}``, replaced in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps({"cases": [asdict(case) for case in cases]}, indent=1) + "\n", encoding="utf-8")
    part.replace(path)


def table(cases: Sequence[Case]) -> str:
    """The same as Markdown, for people and for the README."""
    rows = ["| case | unit | ours | peer | floor | asked | met |", "|---|---|---|---|---|---|---|"]
    for case in cases:
        peer = "" if case.peer is None else f"{case.peer:g} ({case.peer_name})"
        floor = "" if case.floor is None else f"{case.floor:g}"
        verdict = "yes" if case.met else "**no**"
        rows.append(f"| {case.name} | {case.unit} | {case.ours:g} | {peer} | {floor} | {case.asked} | {verdict} |")
    return "\n".join(rows)
