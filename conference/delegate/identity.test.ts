import { expect, it } from 'vitest';
import { maskedPhone, normalIdTail, normalName, normalPhone, plainText } from './identity.ts';

it('takes phones as offices write them', () => {
  for (const text of [
    '13812345678',
    ' 138 1234 5678',
    '138-1234-5678',
    '138–1234—5678',
    '+86 138 1234 5678',
    '0086 13812345678',
    '８６１３８１２３４５６７８',
    "'13812345678",
  ])
    expect(normalPhone(text)).toBe('+8613812345678');
  expect(normalPhone('+852 6123 4567')).toBe('+85261234567');
  for (const text of ['', '1381234567', '010-65131234', '12345678901', '+8601012345678', 'phone'])
    expect(normalPhone(text)).toBeUndefined();
});

it('shows the last four of a phone', () => {
  expect(maskedPhone('+8613812345678')).toBe('138****5678');
});

it('takes the last four of an ID, or the whole of it', () => {
  expect(normalIdTail('123x')).toBe('123X');
  expect(normalIdTail('11010119900307123x')).toBe('123X');
  expect(normalIdTail('１２３４')).toBe('1234');
  expect(normalIdTail('E12345678')).toBe('5678');
  for (const text of ['', '123', '12345', 'abcd', '1101011990030712345'])
    expect(normalIdTail(text)).toBeUndefined();
});

it('matches names whatever their width, case and dots', () => {
  expect(normalName(' 阿迪力·买买提 ')).toBe(normalName('阿迪力•买买提'));
  expect(normalName('Ｗang Ｘ.')).toBe('wangx');
});

it('faults 48, 55: text is one line without marks that turn it', () => {
  expect(plainText(' a\r\nb\u202ec\u0000 ')).toBe('a b c');
});
