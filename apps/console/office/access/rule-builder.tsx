/** Builds a rule from conditions in plain words; the sentence above says what it means. */
import { PlusOutlined } from '@ant-design/icons';
import { Button, Input, InputNumber, Radio, Select, TreeSelect } from 'antd';
import type { Condition, ConditionKind, Rule } from '#contracts/access.ts';
import { type CodedField, codedFields, type DictionaryEntry } from '#contracts/profile.ts';
import { language } from '../../../ui/i18n.ts';
import { useAsk } from '../ask.ts';
import { fieldText } from '../words.ts';
import { accessApi } from './access-api.ts';
import { type RuleNames, ruleSentence } from './rule-sentence.ts';
import { t } from './texts.ts';

const kinds: readonly ConditionKind[] = [
  'open',
  'loggedIn',
  'registered',
  'delegate',
  'profile',
  'tier',
  'password',
  'code',
  'paid',
];

function freshCondition(kind: ConditionKind): Condition {
  switch (kind) {
    case 'open':
    case 'loggedIn':
    case 'registered':
      return { kind };
    case 'password':
      return { kind };
    case 'delegate':
      return { kind, lists: [] };
    case 'profile':
      return { kind, field: 'region', codes: [] };
    case 'tier':
      return { kind, tiers: [] };
    case 'code':
      return { kind, batches: [] };
    case 'paid':
      return { kind, fen: 9900 };
  }
}

type BuilderProps = { readonly rule: Rule; readonly names: RuleNames; onChange(rule: Rule): void };

export function RuleBuilder({ rule, names, onChange }: BuilderProps) {
  const { conditions, join, previewMinutes } = rule;
  const put = (k: number, condition: Condition) =>
    onChange({ ...rule, conditions: conditions.map((old, i) => (i === k ? condition : old)) });
  const incomplete = conditions.findIndex(
    (condition) =>
      (condition.kind === 'profile' && condition.codes.length === 0) ||
      (condition.kind === 'tier' && condition.tiers.length === 0),
  );
  return (
    <>
      <p className="rule-sentence" aria-live="polite">
        {incomplete < 0 ? ruleSentence(rule, names) : t('needValue', { n: incomplete + 1 })}
      </p>
      {conditions.length > 1 && (
        <Radio.Group
          aria-label={t('join')}
          value={join}
          style={{ marginBottom: 12 }}
          options={(['any', 'all'] as const).map((value) => ({ value, label: t(`join.${value}`) }))}
          onChange={({ target }: { target: { value?: Rule['join'] } }) =>
            target.value && onChange({ ...rule, join: target.value })
          }
        />
      )}
      {conditions.map((condition, k) => (
        // A condition has no name of its own: its place is what tells it apart.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div key={k} className="rule-condition">
          <Select<ConditionKind>
            aria-label={t('condition', { n: k + 1 })}
            style={{ minWidth: 170 }}
            value={condition.kind}
            options={kinds.map((value) => ({ value, label: t(`kind.${value}`) }))}
            onChange={(kind) => put(k, freshCondition(kind))}
          />
          <div className="grow">
            <ConditionFields condition={condition} names={names} onChange={(next) => put(k, next)} />
          </div>
          {conditions.length > 1 && (
            <Button
              aria-label={t('removeCondition', { n: k + 1 })}
              onClick={() => onChange({ ...rule, conditions: conditions.filter((_, i) => i !== k) })}
            >
              ×
            </Button>
          )}
        </div>
      ))}
      <div className="row">
        {conditions.length < 10 && (
          <Button
            icon={<PlusOutlined aria-hidden="true" />}
            onClick={() => onChange({ ...rule, conditions: [...conditions, freshCondition('delegate')] })}
          >
            {t('addCondition')}
          </Button>
        )}
        <span className="row">
          <span>{t('preview')}</span>
          <InputNumber
            aria-label={t('preview')}
            min={0}
            max={60}
            precision={0}
            value={previewMinutes}
            onChange={(minutes) => onChange({ ...rule, previewMinutes: minutes ?? 0 })}
          />
        </span>
      </div>
    </>
  );
}

type FieldProps = { condition: Condition; names: RuleNames; onChange(condition: Condition): void };
const wide = { width: '100%' };
const optionsOf = (names: ReadonlyMap<string, string>) =>
  [...names].map(([value, label]) => ({ value, label }));

function ConditionFields({ condition, names, onChange }: FieldProps) {
  switch (condition.kind) {
    case 'open':
    case 'loggedIn':
      return null;
    case 'registered':
      return <span className="hint">{t('why.registered')}</span>;
    case 'delegate':
      return (
        <Select
          mode="multiple"
          style={wide}
          aria-label={t('lists')}
          placeholder={t('lists')}
          value={condition.lists}
          options={optionsOf(names.lists)}
          onChange={(lists) => onChange({ ...condition, lists })}
        />
      );
    case 'code':
      return (
        <Select
          mode="multiple"
          style={wide}
          aria-label={t('batches')}
          placeholder={t('batches')}
          value={condition.batches}
          options={optionsOf(names.batches)}
          onChange={(batches) => onChange({ ...condition, batches })}
        />
      );
    case 'tier':
      return (
        <Select
          mode="tags"
          style={wide}
          aria-label={t('tiers')}
          placeholder={t('tiers')}
          value={condition.tiers}
          onChange={(tiers) => onChange({ ...condition, tiers })}
        />
      );
    case 'password':
      return (
        <Input
          aria-label={t('password')}
          placeholder={condition.password === undefined ? t('passwordKept') : t('password')}
          value={condition.password ?? ''}
          maxLength={100}
          autoComplete="off"
          onChange={({ target }) =>
            onChange(
              target.value === '' ? { kind: 'password' } : { kind: 'password', password: target.value },
            )
          }
        />
      );
    case 'paid':
      return (
        <InputNumber
          aria-label={t('price')}
          style={wide}
          min={0.01}
          max={100_000}
          precision={2}
          prefix="¥"
          value={condition.fen / 100}
          onChange={(yuan) => onChange({ ...condition, fen: Math.max(1, Math.round((yuan ?? 0) * 100)) })}
        />
      );
    case 'profile':
      return <ProfileFields condition={condition} onChange={onChange} />;
  }
}

type ProfileCondition = Extract<Condition, { kind: 'profile' }>;
type Leaf = { value: string; title: string; children?: Leaf[] };

function leaves(entries: readonly DictionaryEntry[]): Leaf[] {
  return entries.map(({ code, zh, en, children }) => ({
    value: code,
    title: language() === 'en' ? (en ?? zh) : zh,
    ...(children ? { children: leaves(children) } : {}),
  }));
}

function ProfileFields({
  condition,
  onChange,
}: {
  condition: ProfileCondition;
  onChange(condition: Condition): void;
}) {
  const { field, codes } = condition;
  const dictionary = useAsk((signal) => accessApi.dictionary(field, signal), [field]);
  return (
    <div className="row">
      <Select<CodedField>
        aria-label={t('field')}
        style={{ minWidth: 120 }}
        value={field}
        options={codedFields.map((value) => ({ value, label: fieldText(value) }))}
        onChange={(next) => onChange({ kind: 'profile', field: next, codes: [] })}
      />
      <TreeSelect<string[]>
        multiple
        aria-label={t('values')}
        placeholder={t('values')}
        style={{ flex: '1 1 200px', minWidth: 0 }}
        loading={dictionary.loading}
        value={[...codes]}
        treeData={leaves(dictionary.data?.entries ?? [])}
        showSearch={{ treeNodeFilterProp: 'title' }}
        onChange={(next) => onChange({ ...condition, codes: next })}
      />
    </div>
  );
}
