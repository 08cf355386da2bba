#!/bin/sh
# apt.sh [MORE]: installs the Debian packages that are missing or too old. When none is, it asks dpkg once and touches no
# network. MORE are further lines of a package and its least version.
set -eu

wanted='g++ 4:12
cmake 3.25
ninja-build 1.10
ccache 0
binutils 0
git 0
pkg-config 0
python3 3.11
python3-venv 3.11
libyaml-cpp-dev 0.7
nlohmann-json3-dev 3.11
libfmt-dev 9
libcli11-dev 2.1
libgtest-dev 1.12
libssl-dev 3.0
openssl 3.0
zlib1g-dev 1.2
libzstd-dev 1.5
libxxhash-dev 0.8
liblz4-dev 1.9
libcurl4-openssl-dev 7.85
libpq-dev 15
postgresql 15
mariadb-server-core 1:10.11
mariadb-client-core 1:10.11
unixodbc 2.3
odbc-postgresql 1:13
tdsodbc 1.3
libexpat1-dev 2.5
libre2-dev 20220601
libarchive-dev 3.6
libbz2-dev 1.0
liblzma-dev 5.4
nettle-dev 3.8'
[ $# = 0 ] || wanted="$wanted
$1"

command -v dpkg-query >/dev/null || {
    echo "This needs Debian 12, Ubuntu 24.04 or later. Elsewhere, install these and set INGOT_SKIP_APT=1:" >&2
    echo "$wanted" >&2
    exit 1
}

# pkg-config is a virtual package on newer releases: what provides it counts.
have=$(dpkg-query -W -f '${db:Status-Abbrev}|${Package}|${Version}|${Provides}\n' \
    $(echo "$wanted" | cut -d' ' -f1) pkgconf 2>/dev/null | grep '^ii' || true)

missing=''
while read -r name version; do
    found=$(echo "$have" | awk -F'|' -v n="$name" '$2 == n {print $3; exit} $4 ~ "(^|, )" n "( |,|$)" {print "999"; exit}')
    if [ -z "$found" ] || { [ "$version" != 0 ] && ! dpkg --compare-versions "$found" ge "$version"; }; then
        missing="$missing $name"
    fi
done <<LIST
$wanted
LIST
[ -n "$missing" ] || exit 0

as_root=''
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
        echo "These packages are missing and there is no sudo to install them with:$missing" >&2
        exit 1
    }
    as_root=sudo
fi
echo "Installing with apt-get:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086
if ! { $as_root apt-get update -qq &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1
then
    cat "$log" >&2
    exit 1
fi
