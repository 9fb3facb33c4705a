"""The migrations of links.db. Each one leads from the version of its index to the next.

Old ones do not change. ``row_checksum`` is the function of
:mod:`feedpub.links.remember.row_checksums`.
"""

from __future__ import annotations

MIGRATIONS = (
    """
    CREATE TABLE answers (
        url TEXT PRIMARY KEY,
        checked_at REAL NOT NULL,
        wanted INTEGER NOT NULL,
        status INTEGER,
        failure TEXT,
        message TEXT NOT NULL,
        final_url TEXT,
        is_challenge INTEGER NOT NULL,
        media_type TEXT,
        length INTEGER,
        elapsed REAL NOT NULL,
        detail BLOB,
        broken_runs INTEGER NOT NULL,
        run INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE media (url TEXT PRIMARY KEY, media_type TEXT, length INTEGER) WITHOUT ROWID;
    CREATE TABLE meta (epoch TEXT NOT NULL, revision INTEGER NOT NULL, run INTEGER NOT NULL);
    INSERT INTO meta VALUES (lower(hex(randomblob(8))), 0, 0);
    """,
    "CREATE TABLE changes (revision INTEGER PRIMARY KEY, url TEXT NOT NULL);",
    """
    CREATE TABLE copies (
        url TEXT PRIMARY KEY,
        before REAL NOT NULL,
        copy TEXT,
        taken_at REAL,
        found_at REAL NOT NULL,
        is_shown INTEGER NOT NULL
    ) WITHOUT ROWID;
    """,
    """
    ALTER TABLE answers ADD COLUMN checksum INTEGER;
    UPDATE answers SET checksum = row_checksum(
        CAST(url AS BLOB), CAST(checked_at AS BLOB), CAST(wanted AS BLOB), CAST(status AS BLOB),
        CAST(failure AS BLOB), CAST(message AS BLOB), CAST(final_url AS BLOB), CAST(is_challenge AS BLOB),
        CAST(media_type AS BLOB), CAST(length AS BLOB), CAST(elapsed AS BLOB), CAST(detail AS BLOB),
        CAST(broken_runs AS BLOB), CAST(run AS BLOB)
    );
    ALTER TABLE media ADD COLUMN checksum INTEGER;
    UPDATE media SET checksum = row_checksum(
        CAST(url AS BLOB), CAST(media_type AS BLOB), CAST(length AS BLOB)
    );
    ALTER TABLE changes ADD COLUMN checksum INTEGER;
    UPDATE changes SET checksum = row_checksum(
        CAST(revision AS BLOB), CAST(url AS BLOB)
    );
    ALTER TABLE copies ADD COLUMN checksum INTEGER;
    UPDATE copies SET checksum = row_checksum(
        CAST(url AS BLOB), CAST(before AS BLOB), CAST(copy AS BLOB), CAST(taken_at AS BLOB),
        CAST(found_at AS BLOB), CAST(is_shown AS BLOB)
    );
    """,
)
