/** Clashes and gaps as a list: each line leads to its block. */
import type { ProgrammeMark } from '#contracts/conference.ts';
import { t as programmeText } from '../office/programme/texts.ts';
import type { Programme } from './day-layout.ts';
import { t } from './texts.ts';
import { isGrave } from './words.ts';

/** More are not read at once. */
const most = 100;

type MarksListProps = {
  readonly programme: Programme;
  readonly marks: readonly ProgrammeMark[];
  onJump(id: string): void;
};

export function MarksList({ programme, marks, onJump }: MarksListProps) {
  if (marks.length === 0) return null;
  const names = new Map([...programme.talks, ...programme.sessions].map(({ id, title }) => [id, title]));
  const sorted = [...marks].sort((a, b) => Number(isGrave(b)) - Number(isGrave(a)));
  return (
    <details className="pe-marks">
      <summary className={marks.some(isGrave) ? 'bad-words' : ''}>
        {t('marks', { count: marks.length })}
      </summary>
      <ul>
        {sorted.slice(0, most).map(({ kind, things, detail }) => (
          <li key={`${kind} ${things.join()} ${detail}`}>
            <button type="button" onClick={() => onJump(things[0] ?? '')}>
              <span className={isGrave({ kind, things, detail }) ? 'pe-dot pe-dot-grave' : 'pe-dot'} />
              <b>{programmeText(`mark.${kind}`)}</b> {things.map((id) => names.get(id) ?? '').join(' / ')}{' '}
              <span className="hint digits">{detail}</span>
            </button>
          </li>
        ))}
      </ul>
      {marks.length > most && <p className="hint">{t('marksMore', { count: marks.length - most })}</p>}
    </details>
  );
}
