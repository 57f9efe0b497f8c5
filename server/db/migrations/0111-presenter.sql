CREATE TABLE presenter_link (
  id text PRIMARY KEY,
  talk_id text NOT NULL,
  name text NOT NULL,
  -- SHA-256 of the token; the token itself is nowhere.
  token_hash text NOT NULL UNIQUE,
  created_at timestamptz(3) NOT NULL,
  created_by text NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  revoked_at timestamptz(3),
  last_used_at timestamptz(3)
);
CREATE INDEX presenter_link_talk ON presenter_link (talk_id);
