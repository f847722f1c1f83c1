#!/usr/bin/env bash
# The unit and headless QGIS tests on QGIS 3.44 (Python 3.13, numpy 2) in a Debian trixie root under build/.
# All mounts live in a private namespace, so nothing stays mounted and removing build/ is safe.
set -euo pipefail
cd "$(dirname "$0")/.."

ROOT=build/trixie
QGIS_PACKAGES="qgis python3-qgis qgis-providers xvfb xauth python3-pyqt5.qtquick python3-venv python3-requests"

in_root() {
    unshare -m bash -euc '
        root=$1; shift
        mount --make-rprivate /
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mkdir -p "$root/src/sentinel_workbench"
        mount --bind . "$root/src/sentinel_workbench"
        if [ -d ../shared ]; then
            mkdir -p "$root/src/shared"
            mount --bind -o ro ../shared "$root/src/shared"
        fi
        exec chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
    ' bash "$ROOT" "$@"
}

make_root() {
    [ -e "$ROOT/.complete" ] && return
    command -v debootstrap >/dev/null || apt-get install -y -q debootstrap
    rm -rf --one-file-system "$ROOT"
    debootstrap --variant=minbase trixie "$ROOT" http://deb.debian.org/debian
    cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
    for file in /etc/apt/apt.conf.d/*proxy*; do [ -e "$file" ] && cp "$file" "$ROOT/etc/apt/apt.conf.d/"; done
    echo "deb http://deb.debian.org/debian trixie-backports main" > "$ROOT/etc/apt/sources.list.d/backports.list"
    in_root apt-get update -q
    # shellcheck disable=SC2086
    in_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        -t trixie-backports $QGIS_PACKAGES
    # package installation rewrites the bundle, so the host's comes afterwards
    mkdir -p "$ROOT/etc/ssl/certs"
    cp /etc/ssl/certs/ca-certificates.crt "$ROOT/etc/ssl/certs/ca-certificates.crt"
    in_root python3 -m venv --system-site-packages /venv
    in_root env PIP_CERT=/etc/ssl/certs/ca-certificates.crt /venv/bin/pip install -q \
        pytest pytest-qt pytest-qgis hypothesis mini-racer
    touch "$ROOT/.complete"
}

make_storage_venv() {
    [ -e "$ROOT/venv-moto/.complete" ] && return
    in_root python3 -m venv /venv-moto
    in_root env PIP_CERT=/etc/ssl/certs/ca-certificates.crt /venv-moto/bin/pip install -q \
        "moto[s3]==5.2.5" flask flask-cors
    touch "$ROOT/venv-moto/.complete"
}

make_root
make_storage_venv
in_root env QT_QPA_PLATFORM=offscreen PYTHONPATH=/src PYTHONDONTWRITEBYTECODE=1 \
    WORKBENCH_S3_PYTHON=/venv-moto/bin/python \
    sh -c 'cd /src/sentinel_workbench && exec /venv/bin/python -m pytest -q "$@"' sh "${@:-tests/qgis}"
