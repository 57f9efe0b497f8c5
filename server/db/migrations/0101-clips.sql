-- talk_id is kept when the talk is deleted: its replay stays until it is deleted itself.
CREATE TABLE clip (
  id text PRIMARY KEY,
  venue_id text NOT NULL REFERENCES venue (id) ON DELETE CASCADE,
  talk_id text,
  title text NOT NULL,
  speakers jsonb NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  state text NOT NULL CHECK (state IN ('published', 'hidden')),
  -- Its recording was deleted: there is nothing to play.
  empty boolean NOT NULL DEFAULT false,
  ranges jsonb NOT NULL,
  created_at double precision NOT NULL
);
CREATE INDEX clip_of_venue ON clip (venue_id);
