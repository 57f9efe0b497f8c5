-- Moments are epoch ms on the venue's timeline: cuts lie where two parts of the picture meet.
CREATE TABLE talk (
  id text PRIMARY KEY,
  venue_id text NOT NULL REFERENCES venue (id) ON DELETE CASCADE,
  position integer NOT NULL,
  title text NOT NULL,
  speakers jsonb NOT NULL,
  planned_start double precision,
  planned_minutes double precision,
  download text NOT NULL CHECK (download IN ('no', 'original', 'pdf')),
  state text NOT NULL CHECK (state IN ('planned', 'now', 'done', 'cancelled')),
  actual_start double precision,
  actual_end double precision,
  created_at double precision NOT NULL
);
CREATE INDEX talk_of_venue ON talk (venue_id, position);
-- Nobody speaks at the same time as somebody else.
CREATE UNIQUE INDEX talk_now ON talk (venue_id) WHERE state = 'now';
