/** The page of a speaker's consent, `/consent#<token>`. */
import { createRoot } from 'react-dom/client';
import { secretOf } from '../ui/secret-link.ts';
import { ConsentPage } from './consent-page.tsx';

const root = document.getElementById('root');
if (root) createRoot(root).render(<ConsentPage token={secretOf('consent')} />);
