import { expect, it } from 'vitest';
import type { Talk } from '#contracts/talk.ts';
import { emptyForm, fieldsOf, formOf } from './talk-fields.ts';

it('reads speakers line by line with Chinese or Latin commas', () => {
  const { speakers } = fieldsOf({
    ...emptyForm,
    title: 'x',
    speakers: '王建国，协和医院，主任医师\nAnna Weber, Charité\n\n  李丽  ',
  });
  expect(speakers).toEqual([
    { name: '王建国', unit: '协和医院', title: '主任医师' },
    { name: 'Anna Weber', unit: 'Charité', title: '' },
    { name: '李丽', unit: '', title: '' },
  ]);
});

it('gives back what it was made from', () => {
  const talk = {
    title: '冠心病介入',
    speakers: [{ name: '王建国', unit: '', title: '' }],
    plannedStart: new Date('2026-11-22T08:30').getTime(),
    plannedMinutes: 20,
    download: 'pdf',
  } as unknown as Talk;
  expect(fieldsOf(formOf(talk))).toEqual({ ...talk });
});

it('takes an impossible length for none', () => {
  expect(fieldsOf({ ...emptyForm, title: 'x', minutes: '-5' }).plannedMinutes).toBeNull();
});
