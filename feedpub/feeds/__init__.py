"""The selection of the feeds of a site and of the articles in each.

It is pure: it opens no file, reads no clock, and does not render.
"""
