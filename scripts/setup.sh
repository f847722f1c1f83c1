#!/usr/bin/env bash
# Everything a fresh Debian or Ubuntu machine needs: system packages, a virtual environment that sees QGIS,
# and one for the public sentinelhub client, which the conformance tests and the benchmarks use.
set -euo pipefail
cd "$(dirname "$0")/.."

PACKAGES="qgis python3-qgis qgis-providers xvfb xauth python3-venv python3-pyqt5.qtquick python3-requests
          python3-numpy python3-gdal gdal-bin debootstrap pyqt5-dev-tools"

install_packages() {
    local missing=""
    for package in $PACKAGES; do
        dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
    done
    [ -z "$missing" ] && return
    command -v apt-get >/dev/null || { echo "Install these packages first:$missing" >&2; exit 1; }
    echo "Installing:$missing"
    apt-get update -q
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
}

make_venv() {
    local venv=build/venv
    local stamp=$venv/.complete
    [ "$stamp" -nt requirements-dev.txt ] && return
    /usr/bin/python3 -m venv --system-site-packages "$venv"
    "$venv/bin/pip" install -q -r requirements-dev.txt
    local site
    site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
    echo "$PWD/build/path" > "$site/sentinel_workbench.pth"
    touch "$stamp"
}

make_peer_venv() {
    local venv=build/venv-sentinelhub
    [ -e "$venv/.complete" ] && return
    /usr/bin/python3 -m venv "$venv"
    "$venv/bin/pip" install -q sentinelhub==3.12.0
    touch "$venv/.complete"
}

make_storage_venv() {
    # an S3 server for the upload tests, apart from what QGIS sees: it brings a newer requests of its own
    local venv=build/venv-moto
    [ -e "$venv/.complete" ] && return
    /usr/bin/python3 -m venv "$venv"
    "$venv/bin/pip" install -q "moto[s3]==5.2.5" flask flask-cors
    touch "$venv/.complete"
}

make_zonal_venv() {
    # peers of the zonal counts, apart from what QGIS sees: they bring a newer GDAL and numpy of their own
    local venv=build/venv-zonal
    [ -e "$venv/.complete" ] && return
    /usr/bin/python3 -m venv "$venv"
    "$venv/bin/pip" install -q rasterstats==0.21.0 exactextract==0.3.0
    touch "$venv/.complete"
}

mkdir -p build/path
ln -sfn ../.. build/path/sentinel_workbench
if [ "$(uname -s)" = Linux ]; then install_packages >&2; fi
make_venv >&2
make_peer_venv >&2
make_storage_venv >&2
make_zonal_venv >&2
