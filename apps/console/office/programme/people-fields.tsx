/** Speakers or chairs of a form: name, unit, title in rows. */
import { PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input } from 'antd';
import { c } from '../common-texts.ts';
import { t } from './texts.ts';

export function PeopleFields({ name, label }: { name: string; label: string }) {
  return (
    <Form.List name={name}>
      {(rows, { add, remove }) => (
        <fieldset style={{ border: 0, padding: 0, margin: '0 0 16px' }}>
          <legend style={{ fontWeight: 600 }}>{label}</legend>
          {rows.map(({ key, name: row }, k) => (
            <div key={key} className="rule-condition">
              <Form.Item
                name={[row, 'name']}
                noStyle
                rules={[{ required: true, whitespace: true, message: c('required') }]}
              >
                <Input
                  style={{ width: 120 }}
                  maxLength={80}
                  aria-label={`${t('name')} ${k + 1}`}
                  placeholder={t('name')}
                />
              </Form.Item>
              <span className="grow">
                <Form.Item name={[row, 'unit']} noStyle>
                  <Input maxLength={120} aria-label={`${t('unit')} ${k + 1}`} placeholder={t('unit')} />
                </Form.Item>
              </span>
              <Form.Item name={[row, 'title']} noStyle>
                <Input
                  style={{ width: 120 }}
                  maxLength={80}
                  aria-label={`${t('position')} ${k + 1}`}
                  placeholder={t('position')}
                />
              </Form.Item>
              <Button aria-label={t('removePerson', { n: k + 1 })} onClick={() => remove(row)}>
                ×
              </Button>
            </div>
          ))}
          <Button
            icon={<PlusOutlined aria-hidden="true" />}
            onClick={() => add({ name: '', unit: '', title: '' })}
          >
            {t('addPerson')} · {label}
          </Button>
        </fieldset>
      )}
    </Form.List>
  );
}

type Person = { name?: string; unit?: string; title?: string };
/** What the fields hold, as the API takes it. */
export const peopleOf = (rows: readonly Person[] | undefined) =>
  (rows ?? []).map(({ name = '', unit = '', title = '' }) => ({
    name: name.trim(),
    unit: unit.trim(),
    title: title.trim(),
  }));
