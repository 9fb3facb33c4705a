#!/bin/sh
# Invalidate URLs in Amazon CloudFront: one URL a line on standard input.
# CLOUDFRONT_DISTRIBUTION is the distribution; the AWS command line finds its credentials itself.
set -eu
: "${CLOUDFRONT_DISTRIBUTION:?is not set}"
# An invalidation holds paths, and at most 3000 may be in progress.
sed 's|^[a-z]*://[^/]*||' | tr '\n' '\0' |
  xargs -0 -n 1000 aws cloudfront create-invalidation --distribution-id "$CLOUDFRONT_DISTRIBUTION" --paths
