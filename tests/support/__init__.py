"""What tests share: sites, servers, programs, and values in one line."""
