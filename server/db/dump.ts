/** All rows as JSON lines and back: the database's part of a backup, the same for the built-in and one's own PostgreSQL. */
import type pg from 'pg';

/** Parents before children, so that references hold while rows come back. */
export const dumpedTables = [
  'user',
  'session',
  'account',
  'verification',
  'two_factor',
  'profile',
  'sms_sent',
  'conference',
  'conference_file',
  'conference_member',
  'invitation',
  'invitation_use',
  'api_key',
  'webhook',
  'webhook_delivery',
  'venue',
  'stream_key',
  'programme_session',
  'programme_change',
  'programme_source',
  'talk',
  'clip',
  'deck',
  'deck_page',
  'presenter_link',
  'access_rule',
  'access_limit',
  'access_ban',
  'sitting',
  'access_preview',
  'registration',
  'delegate_list',
  'delegate',
  'code_batch',
  'invite_code',
  'code_use',
  'access_grant',
  'reminder',
  'notice',
  'conference_person',
  'consent',
  'consent_link',
  'consent_answer',
  'audit',
] as const;
/** What lasts minutes to a day is not worth keeping: codes by text message, log-ins begun elsewhere, answers to requests sent again. */
export const passingTables = ['phone_code', 'auth_ticket', 'request_key'] as const;
const batch = 500;

/** One line `{"table": …, "row": …}` a row, all as of one moment. */
export async function* dumpRows(pool: pg.Pool): AsyncGenerator<string> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    for (const table of dumpedTables) {
      await client.query(`DECLARE rows CURSOR FOR SELECT row_to_json(t)::text AS row FROM "${table}" t`);
      for (;;) {
        const { rows } = await client.query<{ row: string }>(`FETCH ${batch} FROM rows`);
        for (const { row } of rows) yield `{"table":"${table}","row":${row}}\n`;
        if (rows.length < batch) break;
      }
      await client.query('CLOSE rows');
    }
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Puts the rows of a dump in place of what is there, in one transaction: all or nothing. */
export async function restoreRows(pool: pg.Pool, lines: AsyncIterable<string>): Promise<number> {
  const client = await pool.connect();
  let count = 0;
  let waiting: string[] = [];
  let current = '';
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    await client.query(
      `INSERT INTO "${current}" SELECT * FROM json_populate_recordset(NULL::"${current}", $1::json)`,
      [`[${waiting.join(',')}]`],
    );
    count += waiting.length;
    waiting = [];
  };
  try {
    await client.query('BEGIN');
    await client.query(
      `TRUNCATE ${[...dumpedTables, ...passingTables].map((table) => `"${table}"`).join(', ')} RESTART IDENTITY`,
    );
    for await (const line of lines) {
      if (line === '') continue;
      const { table, row } = JSON.parse(line) as { table: string; row: unknown };
      if (!(dumpedTables as readonly string[]).includes(table))
        throw new Error(`a table of the backup is not known here (got ${JSON.stringify(table)})`);
      if (table !== current || waiting.length >= batch) await flush();
      current = table;
      waiting.push(JSON.stringify(row));
    }
    await flush();
    await goOnCounting(client);
    await client.query('COMMIT');
    client.release();
    return count;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Sequences go on after the highest number that came back. */
async function goOnCounting(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ sequence: string; table: string; column: string }>(
    `SELECT s.oid::regclass::text AS sequence, d.refobjid::regclass::text AS table, quote_ident(a.attname) AS column
     FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
       AND d.refclassid = 'pg_class'::regclass
     JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
     WHERE s.relkind = 'S' AND d.refobjid = ANY($1::regclass[])`,
    [dumpedTables.map((table) => `"${table}"`)],
  );
  for (const { sequence, table, column } of rows)
    await client.query(`SELECT setval($1, GREATEST((SELECT max(${column}) FROM ${table}), 1))`, [sequence]);
  // Of no column: places of people who registered again.
  await client.query(
    `SELECT setval('registration_place', GREATEST((SELECT max(place) FROM registration), 1))`,
  );
}
