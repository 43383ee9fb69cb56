import { Outlet, useRouter } from '@tanstack/react-router';
import {
  CircleQuestionMark,
  Database,
  History,
  House,
  LogOut,
  Monitor,
  Moon,
  Search,
  Sun,
  Upload,
} from 'lucide-react';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { I18nProvider, RouterProvider } from 'react-aria-components';
import { KeysHelp } from './actions/KeysHelp.tsx';
import { stepRegion } from './actions/regions.ts';
import { type Action, listenForKeys, useRegister } from './actions/registry.ts';
import { signOut } from './api/session.ts';
import { Frame } from './frame/Frame.tsx';
import { setTheme } from './frame/theme.ts';
import { UndoImport } from './pages/history/UndoImport.tsx';
import { useUndoRedo } from './pages/history/useUndoRedo.ts';
import { typeAhead } from './palette/typeAhead.ts';
import { paths } from './paths.ts';
import { notify, Toasts } from './ui/Toast.tsx';

const loadPalette = () => import('./palette/Palette.tsx');
const Palette = lazy(loadPalette);

/** The app around every page but sign-in: frame, palette, keys, notices. */
export function App() {
  const router = useRouter();
  const [palette, setPalette] = useState(false);
  const [asked, setAsked] = useState('');
  const [help, setHelp] = useState(false);
  useEffect(() => listenForKeys((title) => notify({ tone: 'hint', title })), []);
  // The palette is read while nothing else is: who opens it should not wait. Then the other pages, which are there even when
  // the server is not.
  useEffect(() => {
    const quietly = (part: Promise<unknown> | undefined) => void part?.catch(() => undefined);
    const waits = [
      setTimeout(() => quietly(loadPalette()), 400),
      setTimeout(() => {
        for (const { options } of Object.values(router.routesById))
          quietly((options.component as { preload?(): Promise<unknown> } | undefined)?.preload?.());
      }, 3_000),
    ];
    return () => waits.forEach(clearTimeout);
  }, [router]);
  const closePalette = useCallback(() => {
    setPalette(false);
    setAsked('');
  }, []);
  useEffect(() => (palette ? typeAhead(setAsked, closePalette) : undefined), [palette, closePalette]);

  const actions = useMemo<Action[]>(() => {
    const go = (href: string) => () => router.history.push(href);
    return [
      {
        id: 'palette.open',
        name: 'Search records or run a command',
        group: 'Go to',
        keys: ['Mod+K'],
        icon: Search,
        hidden: true,
        run: () => setPalette(true),
      },
      {
        id: 'go.home',
        name: 'Home',
        group: 'Go to',
        icon: House,
        run: go(paths.home()),
        also: 'investigations start',
      },
      {
        id: 'go.search',
        name: 'Search',
        group: 'Go to',
        keys: ['/'],
        icon: Search,
        run: go(paths.search()),
        also: 'find records facets',
      },
      {
        id: 'go.import',
        name: 'Import a file',
        group: 'Go to',
        icon: Upload,
        run: go(paths.import()),
        also: 'upload csv json stix xlsx',
      },
      {
        id: 'go.datasets',
        name: 'Datasets',
        group: 'Go to',
        icon: Database,
        run: go(paths.datasets()),
        also: 'sources',
      },
      {
        id: 'go.history',
        name: 'History',
        group: 'Go to',
        icon: History,
        run: go(paths.history()),
        also: 'changes log undo',
      },
      {
        id: 'region.next',
        name: 'Next region',
        group: 'View',
        keys: ['F6'],
        hidden: true,
        run: () => stepRegion(1),
      },
      {
        id: 'region.before',
        name: 'Region before',
        group: 'View',
        keys: ['Shift+F6'],
        hidden: true,
        run: () => stepRegion(-1),
      },
      {
        id: 'theme.light',
        name: 'Light colours',
        group: 'View',
        icon: Sun,
        run: () => setTheme('light'),
        also: 'theme',
      },
      {
        id: 'theme.dark',
        name: 'Dark colours',
        group: 'View',
        icon: Moon,
        run: () => setTheme('dark'),
        also: 'theme night',
      },
      {
        id: 'theme.system',
        name: 'Colours as the system',
        group: 'View',
        icon: Monitor,
        run: () => setTheme('system'),
        also: 'theme',
      },
      {
        id: 'help.keys',
        name: 'Keys',
        group: 'Help',
        keys: ['?'],
        icon: CircleQuestionMark,
        run: () => setHelp(true),
        also: 'shortcuts keyboard',
      },
      { id: 'account.signOut', name: 'Sign out', group: 'Help', icon: LogOut, run: () => void signOut() },
    ];
  }, [router]);
  useRegister(actions);
  useUndoRedo();

  return (
    <I18nProvider locale="en-GB">
      <RouterProvider navigate={(href) => router.history.push(href)}>
        <Frame>
          <Outlet />
        </Frame>
        {palette && (
          <Suspense>
            <Palette typed={asked} onTyped={setAsked} onClose={closePalette} />
          </Suspense>
        )}
        <KeysHelp isOpen={help} onClose={() => setHelp(false)} />
        <UndoImport />
        <Toasts />
      </RouterProvider>
    </I18nProvider>
  );
}
