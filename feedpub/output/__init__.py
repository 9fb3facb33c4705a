"""The bytes that a build publishes: entries, formats, pages and lists, made from articles and feeds. Pure."""
