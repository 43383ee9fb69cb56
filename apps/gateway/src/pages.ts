import type { PublicError } from '@summit/process/errors';

/** The mark of the product, drawn in the page: it is there before the app is. */
const mark = `<svg class="mark" width="32" height="32" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linejoin="round" stroke-linecap="round" aria-hidden="true"><path d="M2.5 16 8.6 5.4a1 1 0 0 1 1.74 0L16.5 16"/><path d="m11.5 12.2 2.2-3.4 4 7.2"/><circle cx="9.5" cy="4.6" r="1.1" fill="currentColor" stroke="none"/></svg>`;

/** Reads the theme that a person chose in the app, before the first paint: the app's own file, no script in the page. */
const theme = '<script src="/theme.js"></script>\n';

/** The few pages that must work before and without the app: plain HTML that looks like it, no style but the sheet below. */
function page(title: string, body: string, head = theme): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)} · Summit</title>
<link rel="icon" href="/mark.svg" type="image/svg+xml">
${head}<link rel="stylesheet" href="/auth/page.css">
</head>
<body>
<main>
${mark}
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

/** Colours and sizes are those of the app's tokens.css. `font` is the path of its typeface; without it the system's stands in. */
export const pageStyles = (font: string | undefined): string => `${
  font
    ? `@font-face { font-family: "Inter Variable"; font-weight: 100 900; font-display: swap; src: url("${font}") format("woff2"); }
`
    : ''
}:root {
  color-scheme: light dark;
  --ground: light-dark(#ffffff, #0f1318);
  --surface-1: light-dark(#f5f6f8, #171c23);
  --surface-2: light-dark(#eceff3, #1f262f);
  --hairline: light-dark(#d5dae1, #2e3742);
  --text-1: light-dark(#171c24, #e9edf3);
  --text-2: light-dark(#454f5d, #b4bdc9);
  --text-3: light-dark(#5d6775, #929dab);
  --accent: light-dark(#2456d3, #86a9ff);
  --on-accent: light-dark(#ffffff, #0f1318);
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
*, ::before, ::after { box-sizing: border-box; }
body {
  display: grid; place-items: center; min-height: 100vh; min-height: 100dvh; margin: 0; padding: 24px 16px;
  font: 13px/20px "Inter Variable", system-ui, "Noto Sans", sans-serif; letter-spacing: -.006em;
  background: var(--surface-1); color: var(--text-1); -webkit-font-smoothing: antialiased;
}
main { width: min(384px, 100%); padding: 32px; border: 1px solid var(--hairline); border-radius: 8px; background: var(--ground); }
.mark { display: block; margin: 0 0 16px -4px; }
h1 { margin: 0; font-size: 20px; line-height: 28px; font-weight: 600; letter-spacing: -.012em; text-wrap: balance; }
p { margin: 4px 0 20px; color: var(--text-2); overflow-wrap: anywhere; }
p:last-child { margin-bottom: 0; }
code { padding: 1px 4px; border-radius: 4px; background: var(--surface-2); color: var(--text-1); font: 12px/18px ui-monospace, "SF Mono", "Cascadia Mono", "Noto Sans Mono", "DejaVu Sans Mono", monospace; letter-spacing: 0; white-space: nowrap; }
pre { margin: 0 0 16px; } pre code { display: block; padding: 6px 10px; overflow-x: auto; }
button, .button {
  display: flex; align-items: center; justify-content: center; width: 100%; height: 32px; padding: 0 12px; border: 1px solid var(--accent);
  border-radius: 4px; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 500; text-decoration: none; cursor: default;
}
button:hover, .button:hover { background: color-mix(in srgb, var(--accent) 88%, var(--text-1)); }
button:active, .button:active { background: color-mix(in srgb, var(--accent) 78%, var(--text-1)); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.quiet { color: var(--text-3); font-size: 12px; line-height: 16px; }
@media (forced-colors: active) { button, .button { border-color: ButtonBorder; } }
`;

/** The page of a sign-in link. Opening it spends nothing, so a preview or a scanner cannot burn the link. */
export function linkPage(path: string): string {
  return page(
    'Sign in to Summit',
    `<p>This link works once, in this browser.</p>
<form method="post" action="${escapeHtml(path)}"><button type="submit" autofocus>Sign in</button></form>`,
  );
}

export function noLinkPage(): string {
  return page(
    'You need a sign-in link',
    `<p>Summit keeps no passwords here. Make a link on the machine it runs on, then open it in this browser:</p>
<pre><code>bin/summit signin-link</code></pre>
<p>For somebody else: <code>bin/summit signin-link --user NAME</code></p>
<p class="quiet">A link works once and for 15 minutes.</p>`,
  );
}

export function signInAgainPage(): string {
  return page(
    'The sign-in did not finish',
    `<p>It took too long or was begun in another window.</p>
<p><a class="button" href="/auth/login">Begin again</a></p>`,
  );
}

export function notBuiltPage(): string {
  return page(
    'The pages of the app are not built yet',
    `<p>Everything else runs. Build them once, then reload:</p>
<pre><code>pnpm --filter @summit/web build</code></pre>
<p class="quiet"><code>make up</code> does this by itself.</p>`,
    '',
  );
}

/** Used or too old, which is told alike; who was let in with it before is on the way back with one press. */
function spentLinkPage(): string {
  return page(
    'This sign-in link is spent',
    `<p>It was used already or is too old. Nothing is lost. Make a new one on the machine Summit runs on, then open it in this browser:</p>
<pre><code>bin/summit signin-link</code></pre>
<p><a class="button" href="/">Go to Summit</a></p>
<p class="quiet">A link works once and for 15 minutes.</p>`,
  );
}

export function refusalPage(error: PublicError): string {
  if (error.code === 'LINK_SPENT') return spentLinkPage();
  return page(
    error.status === 404 ? 'There is nothing here' : 'That did not work',
    `<p>${escapeHtml(error.message)}</p>
<p><a class="button" href="/">Go to Summit</a></p>
<p class="quiet">Request ${escapeHtml(error.requestId)}</p>`,
  );
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
