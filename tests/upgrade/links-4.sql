PRAGMA user_version = 4;
PRAGMA application_id = 1717858402;
BEGIN TRANSACTION;
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
    , checksum INTEGER) WITHOUT ROWID;
INSERT INTO "answers" VALUES('https://example.com/a',1717243200.0,0,404,NULL,'',NULL,0,NULL,NULL,0.0,NULL,1,1,1397652392);
INSERT INTO "answers" VALUES('https://example.com/p.png',1717243200.0,2,200,NULL,'',NULL,0,'image/png',12345,0.0,NULL,0,2,3710460204);
CREATE TABLE changes (revision INTEGER PRIMARY KEY, url TEXT NOT NULL, checksum INTEGER);
INSERT INTO "changes" VALUES(1,'https://example.com/a',3282089770);
INSERT INTO "changes" VALUES(2,'https://example.com/p.png',68483761);
INSERT INTO "changes" VALUES(3,'https://example.com/a',95356258);
INSERT INTO "changes" VALUES(4,'https://example.com/a',4157148383);
CREATE TABLE copies (
        url TEXT PRIMARY KEY,
        before REAL NOT NULL,
        copy TEXT,
        taken_at REAL,
        found_at REAL NOT NULL,
        is_shown INTEGER NOT NULL
    , checksum INTEGER) WITHOUT ROWID;
INSERT INTO "copies" VALUES('https://example.com/a',1717243200.0,'https://archive.example/a',1717156800.0,1717243200.0,1,1141208230);
CREATE TABLE media (url TEXT PRIMARY KEY, media_type TEXT, length INTEGER, checksum INTEGER) WITHOUT ROWID;
INSERT INTO "media" VALUES('https://example.com/p.png','image/png',12345,2851372340);
CREATE TABLE meta (epoch TEXT NOT NULL, revision INTEGER NOT NULL, run INTEGER NOT NULL);
INSERT INTO "meta" VALUES('5adfe5282ce0085f',4,2);
COMMIT;
