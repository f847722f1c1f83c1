#!/usr/bin/env bash
# Collects the texts of ui/ into i18n/*.ts (known translations stay) and compiles them to .qm.
# Needs pylupdate5 (pyqt5-dev-tools) and lrelease (qttools5-dev-tools).
set -euo pipefail
cd "$(dirname "$0")/.."
for ts in i18n/*.ts; do
    # pylupdate5 knows plain functions only under the name @default; ours has the context SentinelWorkbench
    sed -i 's|<name>SentinelWorkbench</name>|<name>@default</name>|' "$ts"
    pylupdate5 -noobsolete ui/*.py -ts "$ts"
    sed -i 's|<name>@default</name>|<name>SentinelWorkbench</name>|' "$ts"
    lrelease -silent "$ts" -qm "${ts%.ts}.qm"
done
