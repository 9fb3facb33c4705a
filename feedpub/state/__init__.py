"""The files that feedpub keeps in ``.feedpub/``, and the safe writing of files."""
