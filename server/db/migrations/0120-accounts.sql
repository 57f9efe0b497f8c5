ALTER TABLE "user" ADD COLUMN username text UNIQUE;
ALTER TABLE "user" ADD COLUMN phone_number text UNIQUE;
ALTER TABLE "user" ADD COLUMN two_factor_enabled boolean NOT NULL DEFAULT false;

CREATE TABLE two_factor (
  id text PRIMARY KEY,
  secret text NOT NULL,
  backup_codes text NOT NULL,
  user_id text NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
  verified boolean NOT NULL DEFAULT true,
  failed_verification_count integer NOT NULL DEFAULT 0,
  locked_until timestamptz(3)
);
CREATE INDEX two_factor_user ON two_factor (user_id);

-- One code for a number and a purpose; numbers and codes only as keyed hashes.
CREATE TABLE phone_code (
  phone_hash text NOT NULL,
  purpose text NOT NULL,
  code_hash text NOT NULL,
  tries integer NOT NULL DEFAULT 0,
  expires_at timestamptz(3) NOT NULL,
  PRIMARY KEY (phone_hash, purpose)
);

-- What may be used once: states of log-ins elsewhere, numbers of signed calls.
CREATE TABLE auth_ticket (
  id_hash text PRIMARY KEY,
  kind text NOT NULL,
  data jsonb NOT NULL,
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX auth_ticket_expiry ON auth_ticket (expires_at);

CREATE TABLE sms_sent (
  id bigserial PRIMARY KEY,
  at timestamptz(3) NOT NULL,
  phone_hash text NOT NULL,
  client text,
  purpose text NOT NULL,
  taken boolean NOT NULL
);
CREATE INDEX sms_sent_phone ON sms_sent (phone_hash, at);
CREATE INDEX sms_sent_client ON sms_sent (client, at);
CREATE INDEX sms_sent_at ON sms_sent (at);

CREATE TABLE profile (
  user_id text PRIMARY KEY REFERENCES "user" (id) ON DELETE CASCADE,
  answers jsonb NOT NULL,
  updated_at timestamptz(3) NOT NULL
);
