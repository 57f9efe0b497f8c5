CREATE TABLE invitation (
  id text PRIMARY KEY,
  conference_id text NOT NULL REFERENCES conference (id) ON DELETE CASCADE,
  -- SHA-256 of the token; the token itself is nowhere.
  token_hash text NOT NULL UNIQUE,
  roles jsonb NOT NULL,
  -- In part, for the list; whole only in the message that was sent.
  sent_to text,
  note text NOT NULL,
  uses integer NOT NULL CHECK (uses > 0),
  used integer NOT NULL DEFAULT 0 CHECK (used <= uses),
  created_at timestamptz(3) NOT NULL,
  created_by text NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  revoked_at timestamptz(3)
);
CREATE INDEX invitation_of_conference ON invitation (conference_id, created_at);
-- Who accepted: nobody uses up an invitation twice.
CREATE TABLE invitation_use (
  invitation_id text NOT NULL REFERENCES invitation (id) ON DELETE CASCADE,
  user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
  at timestamptz(3) NOT NULL,
  PRIMARY KEY (invitation_id, user_id)
);

CREATE TABLE api_key (
  id text PRIMARY KEY,
  conference_id text NOT NULL REFERENCES conference (id) ON DELETE CASCADE,
  name text NOT NULL,
  hint text NOT NULL,
  secret_hash text NOT NULL UNIQUE,
  actions jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL,
  created_by text NOT NULL,
  expires_at timestamptz(3),
  last_used_at timestamptz(3)
);

CREATE TABLE webhook (
  id text PRIMARY KEY,
  conference_id text NOT NULL REFERENCES conference (id) ON DELETE CASCADE,
  name text NOT NULL,
  url text NOT NULL,
  events jsonb NOT NULL,
  "on" boolean NOT NULL,
  -- Key of the signatures: sealed, for it must be read again (conference/sealing.ts).
  secret text NOT NULL,
  created_at timestamptz(3) NOT NULL
);
-- The log, and the queue: what has a `next` waits until then. It survives a crash between event and delivery.
CREATE TABLE webhook_delivery (
  id text PRIMARY KEY,
  webhook_id text NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
  event text NOT NULL,
  payload text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
  attempts integer NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL,
  at timestamptz(3),
  next timestamptz(3),
  status integer,
  ms integer,
  answer text NOT NULL DEFAULT ''
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (next) WHERE next IS NOT NULL;
CREATE INDEX webhook_delivery_log ON webhook_delivery (webhook_id, created_at DESC, id);

-- Answers to changes that carried an Idempotency-Key, kept for a day.
CREATE TABLE request_key (
  -- SHA-256 of caller and key.
  id text PRIMARY KEY,
  fingerprint text NOT NULL,
  -- Null while the first of them is being worked on.
  status integer,
  answer text,
  created_at timestamptz(3) NOT NULL
);
CREATE INDEX request_key_age ON request_key (created_at);
