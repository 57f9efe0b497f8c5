/** A list that is searched and shown a piece at a time. */
import { type ReactNode, useDeferredValue, useMemo, useState } from 'react';
import { Button } from '../ui/button.tsx';

export type SearchListProps<T> = {
  readonly items: readonly T[];
  readonly words: (item: T) => readonly string[];
  readonly matches: (question: string, texts: readonly string[]) => boolean;
  readonly keyOf: (item: T) => string;
  readonly children: (item: T) => ReactNode;
  readonly texts: {
    readonly search: string;
    count(n: number): string;
    more(n: number): string;
    readonly notFound: string;
  };
  readonly className: string;
  readonly tools?: ReactNode;
};

const piece = 40;

export function SearchList<T>(props: SearchListProps<T>) {
  const { items, words, matches, texts, keyOf } = props;
  const [question, setQuestion] = useState('');
  const asked = useDeferredValue(question);
  const [most, setMost] = useState(piece);
  const found = useMemo(
    () => items.filter((item) => matches(asked, words(item))),
    [items, asked, matches, words],
  );
  const left = found.length - most;
  return (
    <>
      <div className="search">
        <input
          type="search"
          value={question}
          aria-label={texts.search}
          placeholder={texts.search}
          onChange={(event) => {
            setQuestion(event.target.value);
            setMost(piece);
          }}
        />
        {props.tools}
        <span className="muted" role="status">
          {found.length === 0 ? texts.notFound : texts.count(found.length)}
        </span>
      </div>
      <ul className={props.className}>
        {found.slice(0, most).map((item) => (
          <li key={keyOf(item)}>{props.children(item)}</li>
        ))}
      </ul>
      {left > 0 && (
        <Button className="more" onClick={() => setMost(most + piece)}>
          {texts.more(Math.min(piece, left))}
        </Button>
      )}
    </>
  );
}
