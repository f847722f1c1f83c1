#!/usr/bin/env bash
# QGIS Desktop with the plugin linked into a temporary profile.
set -euo pipefail
cd "$(dirname "$0")/.."
PROFILES=build/run-profile
mkdir -p "$PROFILES/profiles/default/python/plugins" "$PROFILES/profiles/default/QGIS"
ln -sfn "$PWD" "$PROFILES/profiles/default/python/plugins/sentinel_workbench"
printf '[PythonPlugins]\nsentinel_workbench=true\n[app]\ncheckVersion=false\n' \
    > "$PROFILES/profiles/default/QGIS/QGIS3.ini"
exec qgis --nologo --noversioncheck --profiles-path "$PROFILES" "$@"
