#!/usr/bin/env bash
# Installs Chromium and a CJK font where they are missing and can be installed; the browser tests say what is missing otherwise.
set -u
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing Chromium for the browser tests"
  apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
fi
command -v chromium >/dev/null 2>&1 || echo "no Chromium: install it (Debian: apt-get install chromium fonts-noto-cjk)"
exit 0
