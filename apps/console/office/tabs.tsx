/** Parts of a section, one shown at a time; arrow keys go from one to the next. */
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';

export type Tab = { readonly key: string; readonly label: string; readonly children: ReactNode };

export function Tabs({ label, items }: { label: string; items: readonly Tab[] }) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState(items[0]?.key);
  const current = items.find(({ key }) => key === chosen) ?? items[0];
  const go = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || !current) return;
    event.preventDefault();
    const place = (items.indexOf(current) + step + items.length) % items.length;
    setChosen(items[place]?.key);
    list.current?.querySelectorAll('button')[place]?.focus();
  };
  return (
    <>
      <div ref={list} className="tabs" role="tablist" aria-label={label}>
        {items.map(({ key, label: text }) => (
          <button
            key={key}
            type="button"
            role="tab"
            id={`${id}-${key}`}
            aria-selected={key === current?.key}
            aria-controls={`${id}-panel`}
            tabIndex={key === current?.key ? 0 : -1}
            onClick={() => setChosen(key)}
            onKeyDown={go}
          >
            {text}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${current?.key}`}>
        {current?.children}
      </div>
    </>
  );
}
