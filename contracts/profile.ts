/** What is asked of a person (C6): each field is kept as code, label and the version of the dictionary it came from. */
import { z } from 'zod';

export const profileFields = [
  'name',
  'phone',
  'region',
  'hospital',
  'department',
  'title',
  'position',
  'education',
  'discipline',
] as const;
/** 姓名 电话 地区 单位 科室 职称 职务 学历 学科. */
export type ProfileField = (typeof profileFields)[number];

/** Fields answered from a dictionary; the others are free text. */
export const codedFields = ['region', 'department', 'title', 'education', 'discipline'] as const;
export type CodedField = (typeof codedFields)[number];
export const isCoded = (field: ProfileField): field is CodedField =>
  (codedFields as readonly string[]).includes(field);

/** The code of "none of these": the free text is the label. */
export const otherCode = 'other';
/** A label comes with the levels above it: `内科 / 心血管内科`. */
export const codedValueSchema = z.object({
  code: z.string().max(20),
  label: z.string().max(120),
  /** Dictionary and version, e.g. `GB/T 2260-2023`. */
  version: z.string().max(60),
});
export type CodedValue = z.infer<typeof codedValueSchema>;

export const profileSchema = z.object({
  name: z.string().trim().max(60),
  /** As confirmed by a code; never set by the form. */
  phone: z.string().max(20),
  region: codedValueSchema.nullable(),
  hospital: z.string().trim().max(120),
  department: codedValueSchema.nullable(),
  title: codedValueSchema.nullable(),
  position: z.string().trim().max(60),
  education: codedValueSchema.nullable(),
  discipline: codedValueSchema.nullable(),
});
export type Profile = z.infer<typeof profileSchema>;

export const emptyProfile: Profile = {
  name: '',
  phone: '',
  region: null,
  hospital: '',
  department: null,
  title: null,
  position: '',
  education: null,
  discipline: null,
};

/** What the form sends: the server fills in label and version, except the text of `other`. */
const answerSchema = z.object({ code: z.string().max(20), label: z.string().max(120).default('') });
export const updateProfileSchema = profileSchema
  .omit({ phone: true })
  .extend({
    region: answerSchema.nullable(),
    department: answerSchema.nullable(),
    title: answerSchema.nullable(),
    education: answerSchema.nullable(),
    discipline: answerSchema.nullable(),
  })
  .partial()
  .strict();
export type ProfileUpdate = z.infer<typeof updateProfileSchema>;

/** `GET /api/v1/public/dictionaries/<field>`: a tree two or three levels deep, cacheable. */
export const dictionaryEntrySchema: z.ZodType<DictionaryEntry> = z.object({
  code: z.string(),
  zh: z.string(),
  en: z.string().exactOptional(),
  get children() {
    return z.array(dictionaryEntrySchema).exactOptional();
  },
});
export type DictionaryEntry = {
  readonly code: string;
  readonly zh: string;
  readonly en?: string;
  readonly children?: readonly DictionaryEntry[];
};
export type Dictionary = {
  readonly field: CodedField;
  readonly version: string;
  readonly entries: readonly DictionaryEntry[];
};
