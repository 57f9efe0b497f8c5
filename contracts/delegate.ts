/** Delegate lists: imported people who are let in by their phone, or by name and the last four of their ID. */
import { z } from 'zod';
import { listQuerySchema } from './listing.ts';

const text = (most: number) => z.string().trim().max(most);

export const delegateListInputSchema = z.object({ name: text(80).min(1) }).strict();
export const delegateListSchema = delegateListInputSchema.extend({
  id: z.string(),
  delegates: z.number().int(),
  /** Of these, who has logged in or claimed their place. */
  present: z.number().int(),
  tiers: z.array(z.string()),
  createdAt: z.number(),
  /** Of the last import. */
  importedAt: z.number().nullable(),
});
export type DelegateList = z.infer<typeof delegateListSchema>;

export const delegateSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** `138****1234`; '' without one. Whole numbers are not kept. */
  phone: z.string(),
  hasIdTail: z.boolean(),
  unit: z.string(),
  tier: z.string(),
  present: z.boolean(),
});
export type Delegate = z.infer<typeof delegateSchema>;
/** `sort`: name (default), unit, tier. `q`: part of a name or unit, a whole phone, or its last four. */
export const delegateQuerySchema = listQuerySchema.extend({
  tier: z.string().max(40).optional(),
  present: z.enum(['yes', 'no']).optional(),
});
/** One person added by hand. */
export const delegateInputSchema = z
  .object({
    name: text(60).default(''),
    phone: text(30).default(''),
    idTail: text(20).default(''),
    unit: text(120).default(''),
    tier: text(40).default(''),
  })
  .strict();
export type DelegateInput = z.infer<typeof delegateInputSchema>;

export const delegateColumns = ['name', 'phone', 'idTail', 'unit', 'tier', 'none'] as const;
export type DelegateColumn = (typeof delegateColumns)[number];
export const importErrorKinds = ['duplicate', 'phone', 'idTail', 'missing', 'long'] as const;
/** One row that was not taken. */
export const delegateImportErrorSchema = z.object({
  /** 1-based line of the sheet. */
  row: z.number().int(),
  kind: z.enum(importErrorKinds),
  /** The value, or the row it repeats. */
  detail: z.string(),
});
/**
 * `POST …/delegate-lists/<lid>/import?name=` (raw xlsx or csv) → 201 with state `ready`: columns as recognised and the first rows.
 * `POST …/delegate-imports/<iid>/apply` begins; `GET …/delegate-imports/<iid>` tells how far it is. Nothing of a failed import stays.
 */
export const delegateImportSchema = z.object({
  id: z.string(),
  listId: z.string(),
  file: z.string(),
  state: z.enum(['ready', 'running', 'done', 'failed']),
  /** 1-based line of the headings; 0: the sheet has none. */
  headingRow: z.number().int(),
  columns: z.array(z.object({ heading: z.string(), as: z.enum(delegateColumns) })),
  /** The first rows as they are. */
  sample: z.array(z.array(z.string())),
  bytes: z.object({ read: z.number(), all: z.number() }),
  counts: z.object({
    rows: z.number().int(),
    added: z.number().int(),
    changed: z.number().int(),
    same: z.number().int(),
    removed: z.number().int(),
    errors: z.number().int(),
  }),
  /** The first thousand. */
  errors: z.array(delegateImportErrorSchema),
  /** With `failed`. */
  failure: z
    .object({
      code: z.string(),
      message: z.object({ zh: z.string(), en: z.string() }),
      detail: z.string(),
    })
    .nullable(),
});
export type DelegateImport = z.infer<typeof delegateImportSchema>;
export const applyDelegateImportSchema = z
  .object({
    /** One for each column; left out: as recognised. */
    columns: z.array(z.enum(delegateColumns)).max(60).optional(),
    /** People of the list who are not in the file are taken off it. */
    replace: z.boolean().default(false),
  })
  .strict();

/** `POST /api/v1/public/conferences/<slug>/delegate`: a place claimed by name and the last four of the ID. */
export const claimDelegateSchema = z
  .object({
    name: text(60).min(1),
    idTail: text(4)
      .length(4)
      .regex(/^\d{3}[\dXx]$/),
  })
  .strict();
export const claimedSchema = z.object({ lists: z.array(z.string()) });
