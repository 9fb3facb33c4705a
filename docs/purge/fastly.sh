#!/bin/sh
# Purge URLs from Fastly: one URL a line on standard input.
# FASTLY_TOKEN is a token with the scope purge_select.
# https://www.fastly.com/documentation/reference/api/purging/
set -eu
: "${FASTLY_TOKEN:?is not set}"
while read -r url; do
  printf 'Fastly-Key: %s\n' "$FASTLY_TOKEN" |
    curl --fail --silent --show-error --max-time 60 --output /dev/null --request POST \
      --header @- "${FASTLY_API:-https://api.fastly.com}/purge/${url#*://}"
done
