import { createRoot } from 'react-dom/client';
import '../ui/ui.css';
import './presenter.css';
import { App } from './app.tsx';
import { takeToken } from './link.ts';

const root = document.getElementById('root');
if (root) createRoot(root).render(<App token={takeToken()} />);
