"""New URLs for sources that moved for good, written into front matter."""
