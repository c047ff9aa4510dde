import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '../../web/texts/language.ts';
import { escapeMarkup } from '../http/escape-markup.ts';
import { PROJECT_ROOT } from './caller-directory.ts';
import type { StartProgress } from './start-progress.ts';
import { START_TEXTS } from './start-texts.ts';

/** Media type of the state that the waiting page requests. */
export const WAITING_STATE_TYPE = 'application/vnd.sluice.start+json';

/** State of a start in the words of a language. */
export interface WaitingState {
  readonly version: number;
  readonly title: string;
  readonly lead: string;
  /** Error message, in English; undefined unless the start failed. */
  readonly reason: string | undefined;
  readonly steps: readonly { readonly text: string; readonly status: string; readonly isDone: boolean }[];
}

export function describeWaiting(progress: StartProgress, language: Language): WaitingState {
  const texts = START_TEXTS[language];
  const { failure, version, steps } = progress;
  return {
    version,
    title: failure === undefined ? texts.title : texts.failed,
    lead: failure === undefined ? texts.lead : texts.failedLead,
    reason: failure,
    steps: steps.map(({ step, isDone, count }) => {
      const running = failure === undefined ? texts.running : '';
      const status = count === undefined ? running : texts.resources(count.done, count.total);
      return { text: texts.steps[step], status: isDone ? texts.done : status, isDone };
    }),
  };
}

const STYLE = `
* { box-sizing: border-box; }
html { background: var(--ground); color: var(--ink); font: 1rem/1.5 var(--sans); }
html:lang(ko) { word-break: keep-all; }
body { margin: 0; min-block-size: 100dvh; display: grid; place-items: center; padding: var(--edge); }
main { inline-size: min(34rem, 100%); padding: clamp(1.5rem, 5vw, 2.5rem); background: var(--surface);
  border: 1px solid var(--line); border-radius: var(--radius); box-shadow: var(--shadow); overflow-wrap: anywhere; }
.brand { display: flex; align-items: center; gap: .625rem; margin: 0 0 1.5rem; color: var(--ink); font-size: 1.1875rem; font-weight: 680;
  letter-spacing: -.02em; }
.brand img { inline-size: 1.875rem; block-size: 1.875rem; }
h1 { margin: 0 0 .375rem; font-size: 1.5rem; font-weight: 680; line-height: 1.25; letter-spacing: -.015em;
  text-wrap: balance; }
p { margin: 0; color: var(--ink-soft); }
ul { list-style: none; margin: 1.5rem 0 0; padding: 0; }
li { display: flex; gap: 1rem; align-items: baseline; padding: .625rem 0; border-block-start: 1px solid var(--line); }
li::before { content: ''; flex: none; inline-size: .625rem; block-size: .625rem; border-radius: 50%;
  border: 2px solid var(--water); }
li.done::before { background: var(--water); }
li:not(.done)::before { animation: pulse 1.4s ease-in-out infinite; }
li span:last-child { margin-inline-start: auto; color: var(--ink-soft); font-size: .875rem; text-align: end;
  font-variant-numeric: tabular-nums; }
pre { margin: 1.5rem 0 0; padding: 1rem; background: var(--bad-soft); color: var(--bad); border-radius: var(--radius-small);
  font: .875rem/1.5 var(--mono); white-space: pre-wrap; }
[hidden] { display: none; }
.ended li:not(.done)::before { animation: none; border-color: var(--line-strong); }
@keyframes pulse { 50% { opacity: .25; } }
@media (prefers-reduced-motion: reduce) { li::before { animation: none !important; } }
`;

/**
 * Follows the start, reloads the page once something else than the waiting page responds, and says so when nothing does.
 * A request waits until the state has changed, so that a failure arrives before the process ends.
 */
const SCRIPT = `
const { type, version, stopped, stoppedLead } = document.body.dataset;
const find = (selector) => document.querySelector(selector);
let seen = version;
let hasFailed = false;
const show = ({ title, lead, reason, steps }) => {
  hasFailed = reason !== undefined;
  document.title = title + ' · Sluice';
  find('h1').textContent = title;
  find('#lead').textContent = lead;
  find('pre').hidden = reason === undefined;
  find('pre').textContent = reason ?? '';
  document.body.className = hasFailed ? 'ended' : '';
  find('ul').replaceChildren(...steps.map(({ text, status, isDone }) => {
    const row = document.createElement('li');
    row.className = isDone ? 'done' : '';
    row.append(...[text, status].map((part) => Object.assign(document.createElement('span'), { textContent: part })));
    return row;
  }));
};
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
for (;;) {
  try {
    const response = await fetch(location.href, { cache: 'no-store', headers: { accept: type, 'x-seen-version': seen } });
    if (response.headers.get('content-type') !== type) {
      location.reload();
      break;
    }
    const state = await response.json();
    seen = state.version;
    show(state);
  } catch {
    if (!hasFailed) {
      document.title = stopped + ' · Sluice';
      find('h1').textContent = stopped;
      find('#lead').textContent = stoppedLead;
      document.body.className = 'ended';
    }
    seen = '';
    await pause(1000);
  }
}
`;

const STYLESHEET = `${readWebFile('styles/tokens.css')}${STYLE}`;
const THEME_SCRIPT = readWebFile('public/theme.js');
const ICON = `data:image/svg+xml;base64,${Buffer.from(readWebFile('public/icon.svg')).toString('base64')}`;

const POLICY = [
  "default-src 'none'",
  "connect-src 'self'",
  'img-src data:',
  `style-src ${hashSource(STYLESHEET)}`,
  `script-src ${hashSource(THEME_SCRIPT)} ${hashSource(SCRIPT)}`,
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Response headers of the waiting page. */
export const WAITING_PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
};

/** Makes the page that the edge serves until the stack is deployed. Without scripts, it reloads itself. */
export function makeWaitingPage(state: WaitingState, language: Language): string {
  const texts = START_TEXTS[language];
  const rows = state.steps.map(
    ({ text, status, isDone }) =>
      `<li${isDone ? ' class="done"' : ''}><span>${escapeMarkup(text)}</span><span>${escapeMarkup(status)}</span></li>`,
  );
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeMarkup(state.title)} · Sluice</title>
<link rel="icon" href="${ICON}"><style>${STYLESHEET}</style><script>${THEME_SCRIPT}</script>
<noscript><meta http-equiv="refresh" content="2"></noscript></head>
<body data-type="${WAITING_STATE_TYPE}" data-version="${state.version}" data-stopped="${escapeMarkup(texts.stopped)}" data-stopped-lead="${escapeMarkup(texts.stoppedLead)}"${state.reason === undefined ? '' : ' class="ended"'}>
<main><p class="brand"><img src="${ICON}" alt="">Sluice</p>
<div role="status"><h1>${escapeMarkup(state.title)}</h1><p id="lead">${escapeMarkup(state.lead)}</p></div>
<ul>${rows.join('')}</ul><pre${state.reason === undefined ? ' hidden' : ''}>${escapeMarkup(state.reason ?? '')}</pre></main>
<script type="module">${SCRIPT}</script></body>
</html>
`;
}

function readWebFile(path: string): string {
  return readFileSync(join(PROJECT_ROOT, 'web', path), 'utf8');
}

function hashSource(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}
