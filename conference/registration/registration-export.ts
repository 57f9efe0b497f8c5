/** Registrations as a workbook, with the fields the staff chose. */
import type { RegistrationState } from '#contracts/access.ts';
import { codedFields, type ProfileField } from '#contracts/profile.ts';
import type { Registration } from '#contracts/registration.ts';
import { type StreamedCell, streamWorkbook } from '../sheet/streamed-workbook.ts';

export type ExportField = ProfileField | 'state' | 'note' | 'createdAt' | 'decidedAt';

const headings: Readonly<Record<ExportField, string>> = {
  name: '姓名',
  phone: '手机号',
  region: '地区',
  hospital: '单位',
  department: '科室',
  title: '职称',
  position: '职务',
  education: '学历',
  discipline: '学科',
  state: '状态',
  note: '备注',
  createdAt: '报名时间',
  decidedAt: '审核时间',
};
const states: Readonly<Record<RegistrationState, string>> = {
  pending: '待审核',
  approved: '已通过',
  waiting: '候补',
  refused: '未通过',
  cancelled: '已取消',
};
const isCodedField = (field: ExportField): field is (typeof codedFields)[number] =>
  (codedFields as readonly string[]).includes(field);

/** `timeZone`: of the conference. */
export function registrationWorkbook(
  fields: readonly ExportField[],
  pieces: AsyncIterable<readonly Registration[]>,
  timeZone: string,
): AsyncGenerator<Buffer> {
  const time = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const cell = (row: Registration, field: ExportField): StreamedCell => {
    if (isCodedField(field)) return row[field]?.label ?? '';
    switch (field) {
      case 'state':
        return states[row.state];
      case 'createdAt':
        return time.format(row.createdAt);
      case 'decidedAt':
        return row.decidedAt === null ? '' : time.format(row.decidedAt);
      case 'phone':
        return row.phone.replace(/^\+86/, '');
      default:
        return row[field];
    }
  };
  async function* rows(): AsyncGenerator<StreamedCell[][]> {
    for await (const piece of pieces) yield piece.map((row) => fields.map((field) => cell(row, field)));
  }
  return streamWorkbook({
    name: '报名',
    header: fields.map((field) => headings[field]),
    widths: fields.map((field) => (field === 'hospital' || field === 'department' ? 30 : 16)),
    rows: rows(),
  });
}
