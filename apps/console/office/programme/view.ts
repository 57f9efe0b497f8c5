/** The grid or the table: what the address says (`?view=table`), else what was chosen last; on a phone always the table. */
import { useEffect, useState } from 'react';

type ProgrammeView = 'grid' | 'table';

const storeKey = 'rostrum.programme-view';
const room = '(min-width: 761px)';

function chosen(): ProgrammeView {
  const asked = new URLSearchParams(location.search).get('view');
  if (asked === 'table' || asked === 'grid') return asked;
  try {
    return localStorage.getItem(storeKey) === 'table' ? 'table' : 'grid';
  } catch {
    return 'grid'; // Storage is refused in some private modes.
  }
}

export function useProgrammeView() {
  const [wide, setWide] = useState(() => matchMedia(room).matches);
  const [view, set] = useState(chosen);
  useEffect(() => {
    const list = matchMedia(room);
    const change = () => setWide(list.matches);
    list.addEventListener('change', change);
    return () => list.removeEventListener('change', change);
  }, []);
  const setView = (next: ProgrammeView) => {
    set(next);
    try {
      localStorage.setItem(storeKey, next);
    } catch {
      // Not kept; it holds for this page.
    }
  };
  return { wide, view: wide ? view : 'table', setView } as const;
}
