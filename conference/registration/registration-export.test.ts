import readXlsxFile from 'read-excel-file/node';
import { expect, it } from 'vitest';
import type { Registration } from '#contracts/registration.ts';
import { registrationWorkbook } from './registration-export.ts';

const coded = (label: string) => ({ code: '1', label, version: 'v' });
const person = (n: number, more: Partial<Registration> = {}): Registration => ({
  ...{
    userId: `u${n}`,
    state: 'approved',
    name: `张${n}`,
    phone: '+8613812345678',
    hospital: '协和',
    position: '',
  },
  ...{ region: coded('湖北省 / 武汉市'), department: null, title: null, education: null, discipline: null },
  ...{ note: '', createdAt: Date.UTC(2026, 4, 1, 0, 30), decidedAt: null, ...more },
});

async function written(pieces: Registration[][], fields: Parameters<typeof registrationWorkbook>[0]) {
  async function* given() {
    yield* pieces;
  }
  const bytes: Buffer[] = [];
  for await (const chunk of registrationWorkbook(fields, given(), 'Asia/Shanghai')) bytes.push(chunk);
  const sheets = (await readXlsxFile(Buffer.concat(bytes))) as unknown as { data: unknown[][] }[];
  return sheets[0]!.data;
}

it('another program reads what was written: chosen fields, in the time of the conference', async () => {
  const rows = await written(
    [[person(1)], [person(2, { state: 'waiting' })]],
    ['name', 'phone', 'region', 'state', 'createdAt'],
  );
  expect(rows).toEqual([
    ['姓名', '手机号', '地区', '状态', '报名时间'],
    ['张1', '13812345678', '湖北省 / 武汉市', '已通过', '2026-05-01 08:30'],
    ['张2', '13812345678', '湖北省 / 武汉市', '候补', '2026-05-01 08:30'],
  ]);
});

it('fault 55: what a spreadsheet would take for a formula is text, and control characters are gone', async () => {
  const [, row] = await written(
    [[person(1, { name: '=HYPERLINK("http://x")', hospital: 'a\u0000\u000bb', note: '+1' })]],
    ['name', 'hospital', 'note'],
  );
  expect(row).toEqual([`'=HYPERLINK("http://x")`, 'ab', "'+1"]);
});

it('nobody is a sheet with headings only', async () => {
  expect(await written([], ['name'])).toEqual([['姓名']]);
});
