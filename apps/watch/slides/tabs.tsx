/** Tabs of the side panel, with the arrow keys as WAI-ARIA describes them. */
import { type ReactNode, useId, useRef } from 'react';

export type Tab = { readonly id: string; readonly label: string; readonly content: () => ReactNode };

export function Tabs(props: {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly chosen: string;
  onChoose(id: string): void;
}) {
  const { tabs, chosen, onChoose } = props;
  const name = useId();
  const list = useRef<HTMLDivElement>(null);
  const present = tabs.find((tab) => tab.id === chosen) ?? tabs[0];
  const onKey = (event: React.KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || !present) return;
    const at = (tabs.indexOf(present) + step + tabs.length) % tabs.length;
    event.preventDefault();
    event.stopPropagation();
    onChoose(tabs[at]?.id ?? present.id);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[at]?.focus();
  };
  return (
    <>
      <div className="tabs" role="tablist" aria-label={props.label} ref={list} onKeyDown={onKey}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${name}-${tab.id}`}
            aria-selected={tab === present}
            aria-controls={`${name}-panel`}
            tabIndex={tab === present ? 0 : -1}
            onClick={() => onChoose(tab.id)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      {present && (
        <div
          className="tab-panel"
          role="tabpanel"
          id={`${name}-panel`}
          aria-labelledby={`${name}-${present.id}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a panel that scrolls is reached by the keyboard.
          tabIndex={0}
        >
          {present.content()}
        </div>
      )}
    </>
  );
}
