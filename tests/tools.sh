#!/usr/bin/env bash
# Installs the Debian packages that tests use where they are missing and can be installed: a browser with a CJK font, docker-compose,
# PostgreSQL and MariaDB (a test starts its own server and ends it); with the argument "long" also what builds and runs the images. Where they
# cannot be installed, the tests that need them say so.
set -u
wanted=()
command -v chromium >/dev/null 2>&1 || wanted+=(chromium fonts-noto-cjk)
command -v docker-compose >/dev/null 2>&1 || wanted+=(docker-compose)
if [ "${1:-}" = long ]; then
  command -v dockerd >/dev/null 2>&1 || wanted+=(docker.io iptables)
  command -v debootstrap >/dev/null 2>&1 || wanted+=(debootstrap)
fi
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || wanted+=(postgresql)
command -v mariadb-install-db >/dev/null 2>&1 || wanted+=(mariadb-server)
[ ${#wanted[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing for the tests: ${wanted[*]}"
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
  apt-get update -qq >/dev/null && apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
else
  echo "not installed (needs root and apt-get): ${wanted[*]}"
fi
exit 0
