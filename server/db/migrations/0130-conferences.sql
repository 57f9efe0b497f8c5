CREATE TABLE conference (
  id text PRIMARY KEY,
  slug text NOT NULL UNIQUE,
  settings jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('draft', 'published', 'running', 'over', 'archived')),
  created_at timestamptz(3) NOT NULL
);
-- The one of the first start: what there was, and whoever names no conference, belongs to it.
INSERT INTO conference (id, slug, settings, state, created_at) VALUES (
  'first', 'first',
  jsonb_build_object('titleZh', '学术会议', 'titleEn', 'Conference',
    'startDate', to_char(now(), 'YYYY-MM-DD'), 'endDate', to_char(now() + interval '1 year', 'YYYY-MM-DD')),
  'published', now()
);

CREATE TABLE conference_member (
  conference_id text NOT NULL REFERENCES conference (id) ON DELETE CASCADE,
  user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
  role text NOT NULL
    CHECK (role IN ('organiser', 'director', 'assistant', 'moderator', 'speaker', 'panelist')),
  PRIMARY KEY (conference_id, user_id, role)
);
CREATE INDEX conference_member_user ON conference_member (user_id);

ALTER TABLE venue ADD COLUMN conference_id text REFERENCES conference (id) ON DELETE CASCADE;
ALTER TABLE venue ADD COLUMN position integer;
UPDATE venue SET conference_id = 'first',
  position = (SELECT count(*) FROM venue v WHERE (v.created_at, v.id) < (venue.created_at, venue.id));
ALTER TABLE venue ALTER COLUMN conference_id SET NOT NULL;
ALTER TABLE venue ALTER COLUMN position SET NOT NULL;
CREATE INDEX venue_of_conference ON venue (conference_id, position);

-- No reference: what was done stays on record.
ALTER TABLE audit ADD COLUMN conference_id text;
UPDATE audit SET conference_id = 'first' WHERE venue_id IS NOT NULL;
CREATE INDEX audit_conference ON audit (conference_id, id);

UPDATE "user" SET role = 'support' WHERE role = 'operator';
