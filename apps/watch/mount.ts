/** Puts a page's interface in its place, as soon as the document has one. */
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';

export function mount(page: ReactNode): void {
  const start = () => {
    const root = document.getElementById('root');
    if (root) createRoot(root).render(page);
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start, { once: true });
  else start();
}
