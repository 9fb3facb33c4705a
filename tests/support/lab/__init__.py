"""The reader lab: what parsers and readers make of our feeds, compared with what must arrive.

``corpus`` has the articles and what a person must read of each; ``readers/`` and ``programs/`` have one module for each
reader; ``deviations`` names every difference with its reason, and docs/readers.md shows them.
"""
