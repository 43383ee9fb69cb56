import type { PublicError } from '@summit/process/errors';

/** The few pages that must work before and without the app: plain HTML, no script, no style but the sheet below. */
function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)} · Summit</title>
<link rel="icon" href="/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/auth/page.css">
</head>
<body>
<main>
<p class="brand">Summit</p>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

export const pageStyles = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#f6f7f9, #111418); color: light-dark(#16191d, #e8eaed); }
main { box-sizing: border-box; width: min(30rem, 100vw); padding: 2rem; }
.brand { margin: 0 0 2rem; font-weight: 650; letter-spacing: .02em; color: light-dark(#4a5361, #a3adba); }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 1rem; }
code { padding: .15em .4em; border-radius: 4px; background: light-dark(#e6e9ee, #23282f); font: .95em ui-monospace, monospace; }
pre { margin: 0 0 1rem; } pre code { display: block; padding: .75rem 1rem; overflow-x: auto; }
button, .button { display: inline-block; padding: .6rem 1.25rem; border: 0; border-radius: 6px; background: #2456d6; color: #fff; font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; }
button:focus-visible, .button:focus-visible { outline: 3px solid light-dark(#111418, #fff); outline-offset: 2px; }
.quiet { color: light-dark(#4a5361, #a3adba); font-size: .875rem; }
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
  );
}

export function refusalPage(error: PublicError): string {
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
