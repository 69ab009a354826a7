-- Makes a database of version 1 one of version 2, which knows deletions under way and rows that belong to a project.

ALTER TABLE workspace ADD COLUMN deletion_stage TEXT;
ALTER TABLE workspace ADD COLUMN deletion_error TEXT;
ALTER TABLE workspace ADD COLUMN deletion_due INTEGER;
ALTER TABLE entity ADD COLUMN project TEXT;

CREATE INDEX workspace_under_deletion ON workspace (deletion_due) WHERE deletion_stage IS NOT NULL;
