import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  stripSearchParams,
} from '@tanstack/react-router';
import { App } from './App.tsx';
import { explain } from './api/apiError.ts';
import { queryClient } from './api/queryClient.ts';
import { isSignedIn, viewerQuery } from './api/viewer.ts';
import { NotFoundPage, PageError, StartError } from './pages/PageError.tsx';
import { ErrorState } from './ui/State.tsx';
import { initialState, readState } from './workspace/workspaceState.ts';

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : (text(value)?.split(',').map(decodeURIComponent) ?? []);

const root = createRootRoute({
  component: Outlet,
  errorComponent: ({ error }) => {
    const { title, detail } = explain(error);
    return (
      <main style={{ padding: 24 }}>
        <ErrorState title={title}>{detail}</ErrorState>
      </main>
    );
  },
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/signin',
  validateSearch: (search) => ({ next: text(search.next) }),
  component: lazyRouteComponent(() => import('./pages/SignIn.tsx')),
});

/** Everything behind the sign-in stands in the frame and knows its viewer. */
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  component: App,
  errorComponent: StartError,
  // Before anything else is asked: whoever is signed out is told so once, not by every question of the page.
  beforeLoad: async ({ location }) => {
    if (!queryClient.getQueryData(viewerQuery.queryKey) && !(await isSignedIn()))
      throw redirect({ to: '/signin', search: { next: location.href }, replace: true });
    await queryClient.ensureQueryData(viewerQuery);
  },
});

const home = createRoute({
  getParentRoute: () => app,
  path: '/',
  loader: () => import('./pages/home/homeQueries.ts').then(({ loadHome }) => loadHome(queryClient)),
  component: lazyRouteComponent(() => import('./pages/home/Home.tsx')),
});

const search = createRoute({
  getParentRoute: () => app,
  path: '/search',
  validateSearch: (given) => ({
    q: text(given.q) ?? '',
    schemas: texts(given.schemas),
    datasets: texts(given.datasets),
    countries: texts(given.countries),
    from: text(given.from),
    to: text(given.to),
  }),
  component: lazyRouteComponent(() => import('./pages/search/SearchPage.tsx')),
});

const entity = createRoute({
  getParentRoute: () => app,
  path: '/e/$id',
  validateSearch: (given) => ({
    tab: text(given.tab) ?? 'details',
    record: text(given.record),
    property: text(given.property),
    value: text(given.value),
    at: text(given.at),
  }),
  loader: ({ params }) =>
    import('./entity/entityQueries.ts').then(({ entityQuery }) =>
      queryClient.ensureQueryData(entityQuery(params.id)),
    ),
  component: lazyRouteComponent(() => import('./pages/entity/EntityPage.tsx')),
});

const datasets = createRoute({
  getParentRoute: () => app,
  path: '/d',
  component: lazyRouteComponent(() => import('./pages/dataset/DatasetsPage.tsx')),
});

/** What people type by hand. */
const datasetsInFull = createRoute({
  getParentRoute: () => app,
  path: '/datasets',
  beforeLoad: () => {
    throw redirect({ to: '/d', replace: true });
  },
});

/** Any other address: told within the frame, with its ways on. */
const nowhere = createRoute({ getParentRoute: () => app, path: '$', component: NotFoundPage });

const dataset = createRoute({
  getParentRoute: () => app,
  path: '/d/$key',
  component: lazyRouteComponent(() => import('./pages/dataset/DatasetPage.tsx')),
});

const importStart = createRoute({
  getParentRoute: () => app,
  path: '/import',
  validateSearch: (given) => ({
    file: text(given.file),
    dataset: text(given.dataset),
    investigation: text(given.investigation),
    check: text(given.check),
  }),
  component: lazyRouteComponent(() => import('./pages/import/ImportPage.tsx')),
});

const importJob = createRoute({
  getParentRoute: () => app,
  path: '/import/$job',
  component: lazyRouteComponent(() => import('./pages/import/ImportJobPage.tsx')),
});

/** One change, or two moments that are compared: each after a change. */
type HistorySearch = {
  change?: string | undefined;
  undo?: boolean | undefined;
  from?: string | undefined;
  to?: string | undefined;
};
const readHistory = (given: Record<string, unknown>): HistorySearch => ({
  change: text(given.change),
  undo: given.undo === '1' || given.undo === true || undefined,
  from: text(given.from),
  to: text(given.to),
});

const history = createRoute({
  getParentRoute: () => app,
  path: '/history',
  validateSearch: readHistory,
  component: lazyRouteComponent(() => import('./pages/history/HistoryPage.tsx')),
});

const investigation = createRoute({
  getParentRoute: () => app,
  path: '/i/$id',
  validateSearch: readState,
  search: { middlewares: [stripSearchParams(initialState)] },
  component: lazyRouteComponent(() => import('./pages/workspace/Workspace.tsx')),
});

const investigationHistory = createRoute({
  getParentRoute: () => app,
  path: '/i/$id/history',
  validateSearch: readHistory,
  component: lazyRouteComponent(() => import('./pages/history/InvestigationHistory.tsx')),
});

const tree = root.addChildren([
  signIn,
  app.addChildren([
    home,
    search,
    entity,
    datasets,
    dataset,
    importStart,
    importJob,
    history,
    investigation,
    investigationHistory,
    datasetsInFull,
    nowhere,
  ]),
]);

/** Search parameters are plain text in the address, lists parted by commas; each route reads and checks its own. */
export const router = createRouter({
  routeTree: tree,
  defaultPreload: false,
  defaultPendingMs: 150,
  defaultErrorComponent: PageError,
  defaultNotFoundComponent: NotFoundPage,
  parseSearch: (given) => Object.fromEntries(new URLSearchParams(given)),
  stringifySearch: (given) => {
    const shown = Object.entries(given).flatMap(([key, value]) => {
      const written = Array.isArray(value)
        ? value.map((one) => (typeof one === 'string' ? encodeURIComponent(one) : String(one))).join(',')
        : value === undefined || value === false
          ? ''
          : value === true
            ? '1'
            : String(value);
      return written === '' ? [] : [[key, written]];
    });
    return shown.length === 0 ? '' : `?${new URLSearchParams(shown)}`;
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
