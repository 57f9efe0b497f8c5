-- No references to talk or venue: files go with the rows, so removal is an act of the server, not a cascade.
CREATE TABLE deck (
  id text PRIMARY KEY,
  talk_id text NOT NULL,
  venue_id text NOT NULL,
  version integer NOT NULL,
  upload_id text NOT NULL UNIQUE,
  name text NOT NULL,
  bytes bigint NOT NULL,
  files jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'converting', 'ready', 'failed')),
  done integer NOT NULL DEFAULT 0,
  total integer NOT NULL DEFAULT 0,
  error jsonb,
  losses jsonb NOT NULL DEFAULT '[]',
  fonts jsonb NOT NULL DEFAULT '[]',
  pdf_bytes bigint,
  attempts integer NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  -- Removed, but pages of it were shown: their pictures stay for the replays until the talk goes.
  removed_at timestamptz(3),
  UNIQUE (talk_id, version)
);

CREATE TABLE deck_page (
  deck_id text NOT NULL REFERENCES deck (id) ON DELETE CASCADE,
  page integer NOT NULL,
  content jsonb NOT NULL,
  shown boolean NOT NULL DEFAULT false,
  PRIMARY KEY (deck_id, page)
);
