"""The helpers that tests share: sites, servers, programs, and values in one line."""
