"""The file links.db: the answers that checks store, and the results that builds read."""
