# Sentinel Workbench. `make` alone prints the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PY := build/venv/bin/python
PYTEST := QT_QPA_PLATFORM=offscreen QGIS_CUSTOM_CONFIG_PATH=$(CURDIR)/build/test-profile $(PY) -m pytest -q
PORT ?= 8765
SCENES ?=

.PHONY: help setup demo test check hub conformance gui matrix bench run package install clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

setup: ## system packages when missing, virtual environments, development tools
	@scripts/setup.sh

demo: setup ## twelve time slots into build/demo (SCENES=DIR: from a folder of COG scenes)
	@QT_QPA_PLATFORM=offscreen $(PY) scripts/demo.py $(if $(SCENES),--scenes "$(SCENES)")

test: setup ## everything that must pass before a change lands
	$(PYTEST) tests/unit tests/faults
	$(PYTEST) tests/qgis
	$(PYTEST) tests/conformance
	$(PYTEST) tests/gui

check: setup ## lint, types, architecture, security scan
	$(PY) -m ruff check .
	$(PY) -m mypy core localhub
	$(PY) -m bandit -q -c pyproject.toml -r core localhub ui algorithms plugin.py backend.py api.py __init__.py 2>/dev/null
	$(PYTEST) tests/unit/test_architecture.py

hub: setup ## the local hub on the demo scenes (PORT=8765)
	@$(PY) -m sentinel_workbench.localhub demo-scenes --data build/demo-data
	@$(PY) -m sentinel_workbench.localhub serve --port $(PORT) --data build/demo-data

conformance: setup ## the public sentinelhub library against the local hub
	$(PYTEST) tests/conformance

gui: setup ## user stories in a real QGIS window under Xvfb, screenshots in build/screens
	$(PYTEST) tests/gui

matrix: setup ## the headless QGIS tests on QGIS 3.44 (Debian trixie root under build)
	@scripts/matrix.sh tests/unit tests/qgis

bench: setup ## side by side with peers, into build/bench/report.json
	$(PY) bench/run.py

run: setup ## QGIS Desktop with the plugin in a temporary profile
	@scripts/run_qgis.sh

package: setup ## the zip for the QGIS plugin repository
	$(PY) scripts/package.py

install: ## link the plugin into the user's QGIS profile
	mkdir -p "$${XDG_DATA_HOME:-$$HOME/.local/share}/QGIS/QGIS3/profiles/default/python/plugins"
	ln -sfn "$(CURDIR)" "$${XDG_DATA_HOME:-$$HOME/.local/share}/QGIS/QGIS3/profiles/default/python/plugins/sentinel_workbench"

clean: ## remove build
	rm -rf --one-file-system build
