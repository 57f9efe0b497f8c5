/** The conference's page `/c/<slug>` and its registration `/c/<slug>/register`. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { conferenceOf } from './address.ts';
import { App } from './app.tsx';
import { ProgrammeFeed } from './programme-feed.ts';

const { slug, register } = conferenceOf(location.pathname);
const base = `/api/v1/public/conferences/${encodeURIComponent(slug)}`;
const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <App slug={slug} base={base} register={register} makeFeed={() => new ProgrammeFeed(base)} />
    </StrictMode>,
  );
