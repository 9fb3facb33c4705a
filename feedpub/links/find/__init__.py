"""The links of articles, found through what the last build knows."""
