import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { escapeMarkup } from '../http/escape-markup.ts';
import type { Language } from '../../web/texts/language.ts';
import { SIGN_IN_TEXTS, type SignInError } from './sign-in-texts.ts';
import type { PoolUser } from './user-pools.ts';

/** Page with its response headers. */
export interface Page {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

const WEB = join(import.meta.dirname, '../../web');

/** Logo of the pages, with colors that suit both themes. */
const LOGO = readFileSync(join(WEB, 'public/icon.svg'), 'utf8').trim();

/** Colors, fonts and radii of the pages, and styles like theirs for what this page shows. */
const STYLE = `${readFileSync(join(WEB, 'styles/tokens.css'), 'utf8')}
* { box-sizing: border-box; }
html { background: var(--ground); color: var(--ink); font: 1rem/1.5 var(--sans); -webkit-text-size-adjust: 100%; }
html:lang(ko) { word-break: keep-all; }
body { margin: 0; min-block-size: 100dvh; display: grid; grid-template-rows: auto 1fr; overflow-wrap: break-word; }
header { display: flex; align-items: center; gap: .625rem; min-block-size: 4rem; padding-inline: var(--edge);
  border-block-end: 1px solid var(--line); font-size: 1.1875rem; font-weight: 680; letter-spacing: -.02em; }
header svg { inline-size: 1.875rem; block-size: 1.875rem; }
main { display: grid; place-items: center; padding: var(--edge); }
section { display: grid; gap: .875rem; inline-size: min(28rem, 100%); }
h1 { margin: 0; font-size: clamp(1.375rem, 1.1rem + 1.2vw, 1.875rem); font-weight: 680; line-height: 1.25;
  letter-spacing: -.015em; text-wrap: balance; }
p { margin: 0; color: var(--ink-soft); }
form { display: grid; gap: .75rem; margin-block-start: .75rem; }
button { display: grid; gap: .125rem; padding: .875rem 1rem; border: 1px solid var(--line-strong);
  border-radius: var(--radius); background: var(--surface); color: var(--ink); font: inherit; text-align: start; cursor: pointer; }
button:hover, a:hover { border-color: var(--water); background: var(--hover); }
button span { color: var(--ink-soft); font-size: .9375rem; }
strong { font-weight: 600; }
a { justify-self: start; margin-block-start: .75rem; padding: .5rem .875rem; border: 1px solid var(--line-strong);
  border-radius: var(--radius-small); background: var(--surface); color: var(--ink); font-size: .9375rem; font-weight: 550;
  text-decoration: none; }
:focus-visible { outline: 2px solid var(--water); outline-offset: 2px; }
code { font-family: var(--mono); font-size: .875rem; overflow-wrap: anywhere; }
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/**
 * Makes the sign-in page, with one button for each user.
 *
 * @param query query of the authorization request, which the form resubmits
 * @param redirectUri target of the redirect after the form, which the content security policy has to allow
 */
export function signInPage(language: Language, users: readonly PoolUser[], query: string, redirectUri: string): Page {
  const texts = SIGN_IN_TEXTS[language];
  const buttons = users.map(({ username }) => {
    const [name, description] = texts.users[username] ?? [username, ''];
    return `<button name="username" value="${escapeMarkup(username)}"><strong>${escapeMarkup(name)}</strong><span>${escapeMarkup(description)}</span></button>`;
  });
  const body = `<p>${texts.lead}</p><form method="post" action="/login?${escapeMarkup(query)}">${buttons.join('')}</form>`;
  return page(language, texts.title, body, `'self' ${new URL(redirectUri).origin}`);
}

interface ErrorDetails {
  readonly code: SignInError;
  /** Message of Cognito, in English. */
  readonly message: string;
  /** Registered URL of the pages; undefined if no client has one. */
  readonly home: string | undefined;
}

/** Makes an error page, with a link to the pages. */
export function errorPage(language: Language, { code, message, home }: ErrorDetails): Page {
  const texts = SIGN_IN_TEXTS[language];
  const origin = home === undefined ? '' : new URL(home).origin;
  const link = home === undefined ? '' : `<a href="${escapeMarkup(home)}">${texts.back}</a>`;
  const body = `<p>${escapeMarkup(texts.errors[code](origin))}</p><p><code lang="en">${escapeMarkup(message)}</code></p>${link}`;
  return page(language, texts.failed, body, "'none'");
}

function page(language: Language, title: string, body: string, formAction: string): Page {
  return {
    html: `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · Sluice</title><link rel="icon" href="data:image/svg+xml,${encodeURIComponent(LOGO)}"><style>${STYLE}</style></head>
<body><header>${LOGO.replace('<svg ', '<svg aria-hidden="true" ')}<span>Sluice</span></header><main><section><h1>${title}</h1>${body}</section></main></body>
</html>
`,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-language': language,
      'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action ${formAction}; img-src data:; base-uri 'none'; frame-ancestors 'none'`,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
    },
  };
}
