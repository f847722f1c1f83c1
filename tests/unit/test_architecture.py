"""The plan of the house, held by a walk over the imports."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "sentinel_workbench."
QGIS_ROOMS = ("core/qgis", "algorithms", "ui", "plugin", "api")
SKIPPED = ("tests", "bench", "scripts", "build")
BASE = ("core/errors", "core/progress", "core/model")
ALLOWED = {
    "core/errors": (),
    "core/progress": ("core/errors",),
    "core/model": ("core/errors",),
    "core/http": BASE,
    "core/evalscript": BASE,
    "core/raster": BASE,
    "core/cache": BASE,
    "core/hub": (*BASE, "core/http", "core/cache", "core/evalscript"),
    "core/stac": (*BASE, "core/http"),
    "core/cbm": (*BASE, "core/http"),
    "core/services": (
        *BASE, "core/hub", "core/stac", "core/cbm", "core/cache", "core/raster", "core/evalscript", "core/http",
    ),
    "core/qgis": (
        *BASE, "core/services", "core/hub", "core/stac", "core/cbm", "core/http", "core/cache", "core/evalscript",
        "core/raster",
    ),
    "algorithms": (
        *BASE, "core/services", "core/qgis", "core/hub", "core/stac", "core/cbm", "core/cache", "core/evalscript",
        "api",
    ),
    "ui": (*BASE, "core/services", "core/qgis", "core/hub", "core/stac", "core/cbm", "core/evalscript"),
    "localhub": (*BASE, "core/evalscript", "core/raster", "core/stac", "core/http"),
}


def room_of(module: str) -> str:
    """The room of a module path such as ``core/http/retry``."""
    parts = module.split("/")
    return "/".join(parts[:2]) if parts[0] == "core" else parts[0]


def sources():
    for path in sorted(ROOT.rglob("*.py")):
        relative = path.relative_to(ROOT)
        if relative.parts[0] not in SKIPPED and not relative.parts[0].startswith("."):
            yield relative, ast.parse(path.read_text(encoding="utf-8"))


def imported_modules(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            prefix = "." * node.level + (node.module or "")
            yield prefix
            yield from (f"{prefix}.{alias.name}" for alias in node.names)


FILES = list(sources())


def is_module(path: str) -> bool:
    return (ROOT / f"{path}.py").exists() or (ROOT / path / "__init__.py").exists()


def own_imports(tree):
    """Module paths of our own that the tree imports, such as ``core/http/retry``."""
    for name in imported_modules(tree):
        if name.startswith(PACKAGE):
            path = name[len(PACKAGE):].replace(".", "/")
            if is_module(path):
                yield path


@pytest.mark.parametrize("relative, tree", FILES, ids=[str(r) for r, _ in FILES])
def test_imports_follow_the_arrows(relative, tree):
    room = room_of(relative.with_suffix("").as_posix())
    if room not in ALLOWED:
        return
    wrong = [
        target for target in own_imports(tree)
        if target != "core" and room_of(target) != room and room_of(target) not in ALLOWED[room]
    ]
    assert not wrong, f"{relative} may not import {wrong}"


@pytest.mark.parametrize("relative, tree", FILES, ids=[str(r) for r, _ in FILES])
def test_qgis_stays_in_its_rooms(relative, tree):
    names = list(imported_modules(tree))
    room = room_of(relative.with_suffix("").as_posix())
    if room not in QGIS_ROOMS:
        assert not [n for n in names if n.split(".")[0] == "qgis"]
    if room == "core/qgis":
        assert not [n for n in names if n.startswith(("qgis.PyQt.QtWidgets", "qgis.gui"))]
    assert not [n for n in names if n in ("qgis.utils.iface",)]
    if room != "core/evalscript":
        assert not [n for n in names if n.split(".")[0] in ("PyQt5", "PyQt6")]
    if room != "core/http":
        assert "requests" not in {n.split(".")[0] for n in names}


def test_no_import_cycle():
    graph = {}
    for relative, tree in FILES:
        module = relative.with_suffix("").as_posix().replace("/__init__", "")
        graph[module] = {target for target in own_imports(tree) if target != module}
    done, path = set(), []

    def visit(module):
        if module in path:
            pytest.fail("import cycle: " + " -> ".join([*path[path.index(module):], module]))
        if module in done or module not in graph:
            return
        path.append(module)
        for target in sorted(graph[module]):
            visit(target)
        path.pop()
        done.add(module)

    for module in sorted(graph):
        visit(module)


def test_one_broad_except_in_the_task():
    wide = []
    for relative, tree in FILES:
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and (
                node.type is None or getattr(node.type, "id", "") in ("Exception", "BaseException")
            ):
                wide.append(str(relative))
    assert set(wide) <= {"core/qgis/tasks.py"}, wide
    assert len(wide) <= 1


ENUM_CLASSES = {"StandardButton", "ButtonRole", "AlignmentFlag", "ItemDataRole", "ItemFlag", "MessageLevel", "Shape",
                "Orientation", "SortOrder"}
QT_ENUM_HOLDERS = {"Qt", "QDialog", "QMessageBox", "QDialogButtonBox", "QSizePolicy", "QFrame", "QHeaderView",
                   "QAbstractItemView", "QgsTask", "Qgis", "QFileDialog", "QLineEdit", "QStyle", "QPalette"}


@pytest.mark.parametrize("relative, tree", FILES, ids=[str(r) for r, _ in FILES])
def test_enums_are_scoped(relative, tree):
    """``Qt.AlignmentFlag.AlignLeft``, never ``Qt.AlignLeft``: only that form works on Qt 5 and Qt 6."""
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    wrong = [
        f"{node.value.id}.{node.attr} (line {node.lineno})"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        and node.value.id in QT_ENUM_HOLDERS and node.attr[0].isupper() and node.attr not in ENUM_CLASSES
        and id(node) not in inner and id(node) not in called
    ]
    assert not wrong, wrong
