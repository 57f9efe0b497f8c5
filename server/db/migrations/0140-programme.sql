-- Sessions of the programme; "session" is the accounts' table.
CREATE TABLE programme_session (
  id text PRIMARY KEY,
  conference_id text NOT NULL REFERENCES conference (id) ON DELETE CASCADE,
  venue_id text NOT NULL REFERENCES venue (id) ON DELETE CASCADE,
  title text NOT NULL,
  chairs jsonb NOT NULL,
  planned_start double precision NOT NULL,
  planned_minutes double precision NOT NULL,
  key text,
  created_at double precision NOT NULL
);
CREATE INDEX programme_session_conference ON programme_session (conference_id);

ALTER TABLE talk ADD COLUMN session_id text REFERENCES programme_session (id) ON DELETE SET NULL;
ALTER TABLE talk ADD COLUMN type text NOT NULL DEFAULT 'talk'
  CHECK (type IN ('talk', 'discussion', 'break', 'opening'));
ALTER TABLE talk ADD COLUMN abstract text NOT NULL DEFAULT '';
-- Of an import; a re-import updates by it.
ALTER TABLE talk ADD COLUMN key text;
-- What was changed since the programme was first published, and when.
ALTER TABLE talk ADD COLUMN changed jsonb;

-- What was done to the programme, with the things before and after: shown as history, and undone from.
CREATE TABLE programme_change (
  id bigserial PRIMARY KEY,
  conference_id text NOT NULL REFERENCES conference (id) ON DELETE CASCADE,
  at double precision NOT NULL,
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  kind text NOT NULL,
  summary jsonb NOT NULL,
  content jsonb NOT NULL,
  undone boolean NOT NULL DEFAULT false,
  -- The change that this one took back.
  undoes bigint
);
CREATE INDEX programme_change_conference ON programme_change (conference_id, id);

-- Programmes kept elsewhere and asked for on a schedule.
CREATE TABLE programme_source (
  id text PRIMARY KEY,
  conference_id text NOT NULL REFERENCES conference (id) ON DELETE CASCADE,
  url text NOT NULL,
  every_minutes integer NOT NULL CHECK (every_minutes BETWEEN 5 AND 1440),
  cancel_missing boolean NOT NULL,
  created_at double precision NOT NULL,
  asked_at double precision,
  -- SHA-256 of what was applied last: the same again is not read.
  seen text,
  result jsonb
);
