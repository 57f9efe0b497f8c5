import { describe, expect, it } from 'vitest';
import { areEnough, columnsOf, recognise } from './columns.ts';

describe('columns of a list', () => {
  it('are known by their headings, in both languages and however written', () => {
    expect(columnsOf(['序号', '姓 名*', '手机号码', '身份证后四位', '工作单位', '会员级别'])).toEqual([
      ...['none', 'name', 'phone', 'idTail', 'unit', 'tier'],
    ]);
    expect(columnsOf(['Name', 'Mobile', 'ID (last 4)', 'Hospital', 'Tier'])).toEqual([
      ...['name', 'phone', 'idTail', 'unit', 'tier'],
    ]);
  });

  it('are each taken once: the first that fits', () => {
    expect(columnsOf(['联系电话', '手机', '单位', '单位地址'])).toEqual(['phone', 'none', 'unit', 'none']);
  });

  it('are found below title rows', () => {
    const rows = [['第十届年会参会代表名单'], ['', ''], ['姓名', '手机'], ['张三', '13812345678']];
    expect(recognise(rows)).toEqual({ at: 2, columns: ['name', 'phone'] });
  });

  it('without headings are known by what stands in them', () => {
    const rows = [
      ['张三', '13812345678', '北京协和医院', '1234'],
      ['李四', '13912345678', '华西医院', '123X'],
    ];
    expect(recognise(rows)).toEqual({ at: -1, columns: ['name', 'phone', 'none', 'idTail'] });
  });

  it('must tell one person from another', () => {
    expect(areEnough(['name', 'unit'])).toBe(false);
    expect(areEnough(['phone'])).toBe(true);
    expect(areEnough(['name', 'idTail'])).toBe(true);
    expect(areEnough(['idTail'])).toBe(false);
  });
});
