"""The verdict on a link, from the answer to it. Pure."""
