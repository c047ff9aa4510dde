import { createHash } from 'node:crypto';
import { escapeMarkup } from '../http/escape-markup.ts';
import type { Language } from '../../web/texts/language.ts';
import { SIGN_IN_TEXTS } from './sign-in-texts.ts';
import type { PoolUser } from './user-pools.ts';

/** Page with its response headers. */
export interface Page {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText; }
main { box-sizing: border-box; width: min(26rem, 100vw); padding: 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; text-wrap: balance; }
p { margin: 0 0 1.5rem; }
form { display: grid; gap: .75rem; }
button { display: grid; gap: .125rem; padding: .75rem 1rem; font: inherit; text-align: start; cursor: pointer;
  color: inherit; background: color-mix(in srgb, Canvas 94%, CanvasText); border: 1px solid GrayText; border-radius: .5rem; }
button:hover { background: color-mix(in srgb, Canvas 86%, CanvasText); }
button:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
strong { font-weight: 600; }
code { overflow-wrap: anywhere; }
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

/** Makes an error page. @param reason error message of Cognito, in English */
export function errorPage(language: Language, reason: string): Page {
  return page(language, SIGN_IN_TEXTS[language].failed, `<p><code>${escapeMarkup(reason)}</code></p>`, "'none'");
}

function page(language: Language, title: string, body: string, formAction: string): Page {
  return {
    html: `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} · Sluice</title><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body><main><h1>${title}</h1>${body}</main></body>
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
