-- The sandbox's database. Times are whole microseconds since 1970, UTC.
-- Everything that lives in a workspace is an entity, as on the platform: projects and role bindings alike.

CREATE TABLE workspace (
    name        TEXT PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    description TEXT,
    created_at  INTEGER NOT NULL,
    created_by  TEXT,
    updated_at  INTEGER NOT NULL,
    updated_by  TEXT,
    -- pending, deleting or failed while it is under deletion, and why the last attempt failed. It keeps its name and
    -- its rows until the cleaner is through; what it does next is due then.
    deletion_stage TEXT,
    deletion_error TEXT,
    deletion_due   INTEGER
) STRICT;

CREATE TABLE entity (
    row_number  INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    entity_type TEXT NOT NULL,
    workspace   TEXT NOT NULL REFERENCES workspace (name) ON DELETE CASCADE,
    project     TEXT,
    name        TEXT NOT NULL,
    data        TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    created_by  TEXT,
    updated_at  INTEGER NOT NULL,
    updated_by  TEXT,
    db_version  INTEGER NOT NULL DEFAULT 1,
    -- What authorization asks for on every request, taken out of the JSON.
    principal   TEXT GENERATED ALWAYS AS (json_extract(data, '$.principal')) VIRTUAL,
    role        TEXT GENERATED ALWAYS AS (json_extract(data, '$.role')) VIRTUAL,
    revoked_at  TEXT GENERATED ALWAYS AS (json_extract(data, '$.revoked_at')) VIRTUAL,
    UNIQUE (workspace, entity_type, name)
) STRICT;
