-- Makes a database of version 2 one of version 3, which walks long lists along an index.

CREATE INDEX workspace_by_age ON workspace (created_at) WHERE deletion_stage IS NULL;
CREATE INDEX entity_by_age ON entity (entity_type, created_at);
CREATE INDEX entity_by_id ON entity (entity_type, id);
CREATE INDEX active_binding_by_age ON entity (entity_type, created_at)
    WHERE entity_type = 'role_binding' AND json_extract(data, '$.revoked_at') IS NULL;
CREATE INDEX binding_by_principal ON entity (json_extract(data, '$.principal'), created_at)
    WHERE entity_type = 'role_binding';
