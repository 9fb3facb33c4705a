"""The incremental build: what changed, what to render anew, and what to write."""
