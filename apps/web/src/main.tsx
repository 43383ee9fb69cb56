import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient, readAgain } from './api/queryClient.ts';
import { watchReach } from './api/watchReach.ts';
import { watchRights } from './api/watchRights.ts';
import { router } from './routes.tsx';

// After an upgrade a page that is still open asks for parts that are gone: one reload brings the new ones.
// Only where somebody answers: without a server a reload would take away what is still on screen.
window.addEventListener('vite:preloadError', async () => {
  const last = Number(sessionStorage.getItem('summit.reloaded') ?? 0);
  if (Date.now() - last < 30_000) return;
  const isThere = await fetch('/health').then(
    ({ ok }) => ok,
    () => false,
  );
  if (!isThere) return;
  sessionStorage.setItem('summit.reloaded', String(Date.now()));
  location.reload();
});

watchReach(() => void readAgain());
watchRights();

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
