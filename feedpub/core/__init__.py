"""The vocabulary that every other package uses, and pure helpers.

The helpers are for values, text, URLs, dates, digests and workers.
"""
