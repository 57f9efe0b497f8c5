-- Which conference a picture or video was uploaded for. No reference: what is on the disk outlives the row of the conference.
CREATE TABLE conference_file (
  name text PRIMARY KEY,
  conference_id text NOT NULL,
  created_at timestamptz(3) NOT NULL
);
CREATE INDEX conference_file_conference ON conference_file (conference_id);
-- Those there are, as the audit log noted them.
INSERT INTO conference_file (name, conference_id, created_at)
  SELECT DISTINCT ON (details->>'file') details->>'file', conference_id, at FROM audit
  WHERE action = 'file.upload' AND details->>'file' IS NOT NULL AND conference_id IS NOT NULL
  ORDER BY details->>'file', id;

-- Messages may go to an e-mail address too.
ALTER TABLE notice ADD COLUMN email_sealed text;
