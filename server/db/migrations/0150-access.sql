-- Who may watch: rules, device limits, bans, sittings, previews begun.
CREATE TABLE access_rule (
  kind text NOT NULL CHECK (kind IN ('conference', 'venue', 'talk')),
  thing_id text NOT NULL,
  conference_id text NOT NULL REFERENCES conference (id) ON DELETE CASCADE,
  live jsonb,
  replay jsonb,
  updated_at timestamptz(3) NOT NULL,
  PRIMARY KEY (kind, thing_id)
);

CREATE TABLE access_limit (
  conference_id text PRIMARY KEY REFERENCES conference (id) ON DELETE CASCADE,
  devices integer NOT NULL CHECK (devices BETWEEN 1 AND 100)
);

CREATE TABLE access_ban (
  conference_id text NOT NULL REFERENCES conference (id) ON DELETE CASCADE,
  user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
  at timestamptz(3) NOT NULL,
  by_name text NOT NULL,
  note text NOT NULL,
  PRIMARY KEY (conference_id, user_id)
);

CREATE TABLE sitting (
  id text PRIMARY KEY,
  conference_id text NOT NULL REFERENCES conference (id) ON DELETE CASCADE,
  user_id text REFERENCES "user" (id) ON DELETE CASCADE,
  device text NOT NULL,
  agent text NOT NULL,
  viewer jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  seen_at timestamptz(3) NOT NULL,
  ended_at timestamptz(3)
);
CREATE INDEX sitting_expires ON sitting (expires_at);

-- viewer: an account or a device, as the server names it.
CREATE TABLE access_preview (
  viewer text NOT NULL,
  thing text NOT NULL,
  began_at timestamptz(3) NOT NULL,
  PRIMARY KEY (viewer, thing)
);
