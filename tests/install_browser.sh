#!/bin/sh
# Puts a Chromium on this machine if it has none: Debian's package as root, else Playwright's own.
set -eu
bin=$1
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium for the browser tests (once) ..."
  install() { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; }
  # The first try of a fresh machine can fail on a mirror's passing fault.
  install >/dev/null 2>&1 || install >/dev/null
else
  "$bin/playwright" install chromium || {
    echo "The browser tests need Chromium: install it with your system's packages." >&2
    exit 1
  }
fi
