/** Live and replay rules of one thing (or of many replays), each with what it says while it is being made. */
import { Button, Drawer, Radio } from 'antd';
import { useState } from 'react';
import { type Rule, ruleSchema, type ThingRules } from '#contracts/access.ts';
import { useAct } from '../ask.ts';
import { c } from '../common-texts.ts';
import { Part } from '../parts.tsx';
import { RuleBuilder } from './rule-builder.tsx';
import { type RuleNames, ruleSentence } from './rule-sentence.ts';
import { t } from './texts.ts';

type Around = { readonly live: Rule; readonly replay: Rule | 'closed' | null };
type RuleDrawerProps = {
  readonly title: string;
  readonly rules: ThingRules;
  readonly around: Around;
  readonly names: RuleNames;
  /** Only the replay's rule is asked for. */
  readonly replayOnly?: boolean;
  save(rules: ThingRules): Promise<unknown>;
  onClose(done: boolean): void;
};

/** A rule to begin with when one is made. */
const fresh: Rule = { join: 'any', conditions: [{ kind: 'registered' }], previewMinutes: 0 };

const complete = (rule: Rule | 'closed' | null): boolean =>
  rule === null || rule === 'closed' || (ruleSchema.safeParse(rule).success && rule.conditions.length > 0);

export function RuleDrawer({ title, rules, around, names, replayOnly, save, onClose }: RuleDrawerProps) {
  const { busy, run } = useAct();
  const [live, setLive] = useState(rules.live);
  const [replay, setReplay] = useState(rules.replay);
  const whatReplaysGet = around.replay ?? live ?? around.live;
  const good = complete(live) && complete(replay);
  return (
    <Drawer
      open
      size={720}
      title={t('editOf', { title })}
      onClose={() => onClose(false)}
      footer={
        <div className="form-foot">
          <Button
            type="primary"
            loading={busy}
            disabled={!good}
            onClick={() =>
              void run(() => save({ live, replay }), c('saved')).then((done) => done && onClose(true))
            }
          >
            {c('save')}
          </Button>
          <Button onClick={() => onClose(false)}>{c('cancel')}</Button>
        </div>
      }
    >
      {!replayOnly && (
        <Part title={t('live')}>
          <Choice
            label={t('live')}
            value={live === null ? 'inherit' : 'own'}
            options={['inherit', 'own']}
            onChange={(choice) => setLive(choice === 'own' ? (live ?? fresh) : null)}
          />
          {live ? (
            <RuleBuilder rule={live} names={names} onChange={setLive} />
          ) : (
            <p className="rule-sentence">{ruleSentence(around.live, names)}</p>
          )}
        </Part>
      )}
      <Part title={t('replay')}>
        <Choice
          label={t('replay')}
          value={replay === null ? 'inherit' : replay === 'closed' ? 'closed' : 'own'}
          options={['inherit', 'own', 'closed']}
          onChange={(choice) =>
            setReplay(
              choice === 'inherit'
                ? null
                : choice === 'closed'
                  ? 'closed'
                  : replay === null || replay === 'closed'
                    ? fresh
                    : replay,
            )
          }
        />
        {replay && replay !== 'closed' ? (
          <RuleBuilder rule={replay} names={names} onChange={setReplay} />
        ) : (
          <p className="rule-sentence">{ruleSentence(replay ?? whatReplaysGet, names)}</p>
        )}
      </Part>
    </Drawer>
  );
}

type Where = 'inherit' | 'own' | 'closed';

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: Where;
  options: readonly Where[];
  onChange(value: Where): void;
}) {
  return (
    <Radio.Group
      aria-label={label}
      value={value}
      style={{ marginBottom: 12 }}
      options={options.map((one) => ({ value: one, label: t(one) }))}
      onChange={({ target }: { target: { value?: Where } }) => target.value && onChange(target.value)}
    />
  );
}
