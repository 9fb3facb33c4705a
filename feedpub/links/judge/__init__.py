"""Verdicts: what an answer means for the link. Pure."""
