/** Sections of a conference or of the platform: a column on a PC, a row that scrolls on a phone. */
import { type ReactNode, useEffect, useRef } from 'react';
import { PageLink } from '../shell.tsx';

export type SideItem = {
  readonly href: string;
  readonly text: string;
  readonly here: boolean;
  readonly icon?: ReactNode;
};

export function SideMenu({ label, items }: { label: string; items: readonly SideItem[] }) {
  const list = useRef<HTMLUListElement>(null);
  const current = items.find((item) => item.here)?.href;
  useEffect(() => {
    if (!current) return;
    const link = list.current?.querySelector<HTMLElement>('[aria-current]');
    // Only the row itself is moved, never the page.
    if (link && list.current) list.current.scrollLeft = link.offsetLeft - 60;
  }, [current]);
  return (
    <nav className="side" aria-label={label}>
      <ul ref={list}>
        {items.map(({ href, text, here, icon }) => (
          <li key={href}>
            <PageLink
              className="side-link"
              href={href}
              {...(here ? { 'aria-current': 'page' as const } : {})}
            >
              {icon}
              <span>{text}</span>
            </PageLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
