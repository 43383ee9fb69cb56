import { useQuery } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import {
  CircleQuestionMark,
  Database,
  History,
  House,
  Monitor,
  Moon,
  Search,
  Settings,
  Sun,
  Upload,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, Link } from 'react-aria-components';
import { keyFor, run } from '../actions/registry.ts';
import { viewerQuery } from '../api/viewer.ts';
import { paths } from '../paths.ts';
import { classes } from '../ui/classes.ts';
import { Menu, MenuGroup, MenuItem } from '../ui/Menu.tsx';
import { Tooltip } from '../ui/Tooltip.tsx';
import styles from './Rail.module.css';
import { setTheme, type Theme, useTheme } from './theme.ts';

const places = [
  {
    name: 'Home',
    href: paths.home(),
    icon: <House />,
    action: 'go.home',
    isAt: (at: string) => at === '/' || at.startsWith('/i/'),
  },
  {
    name: 'Search',
    href: paths.search(),
    icon: <Search />,
    action: 'go.search',
    isAt: (at: string) => at.startsWith('/search') || at.startsWith('/e/'),
  },
  {
    name: 'Import',
    href: paths.import(),
    icon: <Upload />,
    action: 'go.import',
    isAt: (at: string) => at.startsWith('/import'),
  },
  {
    name: 'Datasets',
    href: paths.datasets(),
    icon: <Database />,
    action: 'go.datasets',
    isAt: (at: string) => at === '/d' || at.startsWith('/d/'),
  },
  {
    name: 'History',
    href: paths.history(),
    icon: <History />,
    action: 'go.history',
    isAt: (at: string) => at.startsWith('/history'),
  },
];

const themes: { id: Theme; name: string; icon: ReactNode }[] = [
  { id: 'system', name: 'As the system', icon: <Monitor /> },
  { id: 'light', name: 'Light', icon: <Sun /> },
  { id: 'dark', name: 'Dark', icon: <Moon /> },
];

/** The left rail: the places of Summit, then help and settings. */
export function Rail() {
  const at = useRouterState({ select: (state) => state.location.pathname });
  const theme = useTheme();
  const { data: viewer } = useQuery(viewerQuery);
  return (
    <nav className={styles.rail} aria-label="Summit" data-region="Places">
      <Link href={paths.home()} className={styles.logo as string} aria-label="Summit, home">
        <Mark />
      </Link>
      {places.map((place) => (
        <Tooltip key={place.name} text={place.name} keys={keyFor(place.action)}>
          <Link
            href={place.href}
            aria-label={place.name}
            {...(place.isAt(at) ? { 'aria-current': 'page' as const } : {})}
            className={classes(styles.item, place.isAt(at) && styles.on)}
          >
            {place.icon}
          </Link>
        </Tooltip>
      ))}
      <span className={styles.space} />
      <Tooltip text="Keys" keys={keyFor('help.keys')}>
        <Button className={styles.item as string} aria-label="Keys" onPress={() => run('help.keys')}>
          <CircleQuestionMark />
        </Button>
      </Tooltip>
      <Menu
        label="Settings"
        placement="end bottom"
        trigger={
          <Button className={styles.item as string} aria-label="Settings">
            <Settings />
          </Button>
        }
      >
        <MenuGroup name="Colours">
          {themes.map((choice) => (
            <MenuItem key={choice.id} icon={choice.icon} onAction={() => setTheme(choice.id)}>
              {theme === choice.id ? `${choice.name} (now)` : choice.name}
            </MenuItem>
          ))}
        </MenuGroup>
        <MenuGroup name={viewer ? `Signed in as ${viewer.name}, ${viewer.tenant.name}` : 'Account'}>
          <MenuItem onAction={() => run('account.signOut')}>Sign out</MenuItem>
        </MenuGroup>
      </Menu>
    </nav>
  );
}

export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinejoin="round"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M2.5 16 8.6 5.4a1 1 0 0 1 1.74 0L16.5 16" />
      <path d="m11.5 12.2 2.2-3.4 4 7.2" />
      <circle cx="9.5" cy="4.6" r="1.1" fill="currentColor" stroke="none" />
    </svg>
  );
}
