/** Lists of the API: filtered, sorted and paged on the server. */
import { z } from 'zod';

/** `sort`: a field's name, with `-` before it for descending. `cursor`: `next` of the page before, with the same filter and order. */
export const listQuerySchema = z.object({
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  q: z.string().trim().max(100).optional(),
  sort: z
    .string()
    .max(40)
    .regex(/^-?[a-zA-Z]+$/)
    .optional(),
});
export type ListQuery = z.infer<typeof listQuerySchema>;

/** `next`: null on the last page. `total`: of the filter, all pages. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable(), total: z.number().int() });
export type ListOf<T> = {
  readonly items: T[];
  readonly next: string | null;
  readonly total: number;
};
