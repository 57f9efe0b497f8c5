/** The page of an invitation, `/join#<token>`. */
import { createRoot } from 'react-dom/client';
import { secretOf } from '../ui/secret-link.ts';
import { Join } from './join.tsx';

const root = document.getElementById('root');
if (root) createRoot(root).render(<Join token={secretOf('join')} />);
