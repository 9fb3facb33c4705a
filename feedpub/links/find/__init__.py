"""The links of articles. Those of unchanged articles come from build.db."""
