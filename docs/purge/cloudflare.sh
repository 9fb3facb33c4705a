#!/bin/sh
# Purge URLs from Cloudflare: one URL a line on standard input.
# CLOUDFLARE_ZONE is the id of the zone, CLOUDFLARE_TOKEN a token with the permission Cache Purge.
# https://developers.cloudflare.com/api/resources/cache/methods/purge/
set -eu
: "${CLOUDFLARE_ZONE:?is not set}" "${CLOUDFLARE_TOKEN:?is not set}"
url="${CLOUDFLARE_API:-https://api.cloudflare.com/client/v4}/zones/$CLOUDFLARE_ZONE/purge_cache"
# At most 30 URLs in a request; they are percent-encoded, so they need no escapes in JSON.
awk '{ printf "%s\"%s\"", NR % 30 != 1 ? "," : (NR > 1 ? "]}\n" : "") "{\"files\":[", $0 } END { if (NR) print "]}" }' |
  while read -r body; do
    printf 'Authorization: Bearer %s\n' "$CLOUDFLARE_TOKEN" |
      curl --fail --silent --show-error --max-time 60 --output /dev/null \
        --header @- --header 'Content-Type: application/json' --data "$body" "$url"
  done
