/** A row could not be written because what it belongs to is gone. */

/** PostgreSQL's foreign_key_violation. */
export function isOrphan(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1)
    if ((cause as { code?: unknown }).code === '23503') return true;
  return false;
}
