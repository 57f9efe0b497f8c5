/** Two pages of one chunk: `/login?next=…` and `/account`. */
import { createRoot } from 'react-dom/client';
import { AccountPage } from './home/account-page.tsx';
import { LoginPage } from './login/login-page.tsx';

const root = document.getElementById('root');
if (root) createRoot(root).render(location.pathname.startsWith('/login') ? <LoginPage /> : <AccountPage />);
