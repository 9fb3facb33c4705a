"""The bytes that a build publishes: entries, formats, pages and lists.

They are made from articles and feeds. Nothing here writes a file.
"""
