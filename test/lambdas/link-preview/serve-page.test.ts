import { generateKeyPairSync } from 'node:crypto';
import { type PageSources, servePage } from '../../../lambdas/link-preview/serve-page.ts';
import type { VideoPreview } from '../../../lambdas/link-preview/read-preview.ts';

const VIDEO = '01a200ec-fe9f-72ad-a404-914b9a616439';
const ORIGIN = 'https://v.example.com';
const DOCUMENT = '<head>\n    <title>Sluice</title>\n    <script src="/a.js"></script>\n  </head><body></body>';
const PUBLIC: VideoPreview = {
  title: 'A film',
  description: 'About\n  a   river.',
  posterKey: `v/${VIDEO}/2/attempt00/poster.jpg`,
};
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const errors: unknown[] = [];
beforeEach(() => void errors.splice(0));

function sources(changes: Partial<PageSources> = {}): PageSources {
  return {
    readDocument: async () => DOCUMENT,
    readPreview: async () => PUBLIC,
    signingKey: async () => ({ keyPairId: 'K1', privateKeyPem }),
    now: () => new Date('2026-06-01T12:00:00Z'),
    reportError: (error) => errors.push(error),
    ...changes,
  };
}

function serve(changes: Partial<PageSources> = {}, query = `video=${VIDEO}&origin=${encodeURIComponent(ORIGIN)}`) {
  return servePage({ path: '/index.html', query }, sources(changes));
}

/** Returns the content of a tag, unescaped. */
function contentOf(body: string, name: string): string | undefined {
  const content = new RegExp(`<meta (?:name|property)="${name}" content="([^"]*)" />`).exec(body)?.[1];
  return content?.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

test('adds title, description, picture and player of a public video to the document', async () => {
  const { status, headers, body } = await serve();
  expect(status).toBe(200);
  expect(headers).toEqual({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
  expect(body).toContain('<title>A film · Sluice</title>');
  expect(body).toContain(`<link rel="canonical" href="${ORIGIN}/videos/${VIDEO}" />`);
  expect(body).toContain('<script src="/a.js"></script>');
  const names = ['og:title', 'og:description', 'description', 'og:url', 'og:video', 'twitter:card', 'robots'];
  expect(names.map((name) => contentOf(body, name))).toEqual([
    'A film',
    'About a river.',
    'About a river.',
    `${ORIGIN}/videos/${VIDEO}`,
    `${ORIGIN}/embed/${VIDEO}`,
    'summary_large_image',
    undefined,
  ]);
});

test('signs the poster alone, for a week', async () => {
  const { body } = await serve();
  const url = new URL(contentOf(body, 'og:image') ?? '');
  expect(`${url.origin}${url.pathname}`).toBe(`${ORIGIN}/v/${VIDEO}/2/attempt00/poster.jpg`);
  const policy = url.searchParams.get('Policy') ?? '';
  const [statement] = (
    JSON.parse(Buffer.from(policy.replaceAll('_', '=').replaceAll('~', '/').replaceAll('-', '+'), 'base64').toString()) as {
      Statement: unknown[];
    }
  ).Statement;
  expect(statement).toEqual({
    Resource: `${ORIGIN}/v/${VIDEO}/2/attempt00/poster.jpg`,
    Condition: { DateLessThan: { 'AWS:EpochTime': Date.parse('2026-06-08T12:00:00Z') / 1000 } },
  });
});

test('escapes texts, and takes no character of them for a replacement pattern', async () => {
  const title = `</title><script>alert("1")</script> $& $1 $\` 'x'`;
  const { body } = await serve({ readPreview: async () => ({ ...PUBLIC, title, description: '" onload="x' }) });
  expect(body.match(/<script/g)).toHaveLength(1);
  expect(body).not.toContain('onload="x"');
  expect(contentOf(body, 'og:description')).toBe('" onload="x');
  expect(body).toContain('$&amp; $1 $` &apos;x&apos; · Sluice</title>');
});

test('cuts a long description between characters', async () => {
  const { body } = await serve({ readPreview: async () => ({ ...PUBLIC, description: '🎬'.repeat(400) }) });
  expect(contentOf(body, 'og:description')).toBe(`${'🎬'.repeat(299)}…`);
});

test('shows no picture and no player before the video can be played', async () => {
  const { body } = await serve({ readPreview: async () => ({ ...PUBLIC, posterKey: null, description: '' }) });
  const names = ['og:title', 'og:image', 'og:video', 'og:description', 'twitter:card'];
  expect(names.map((name) => contentOf(body, name))).toEqual(['A film', undefined, undefined, undefined, 'summary']);
});

test('a video that is not public gets the same document as a missing one, which no search engine keeps', async () => {
  const { status, body } = await serve({ readPreview: async () => undefined });
  expect(status).toBe(200);
  expect(body).toBe(DOCUMENT.replace('</title>', '</title>\n    <meta name="robots" content="noindex" />'));
});

test.each<[string, Partial<PageSources>]>([
  ['the API responds with an error', { readPreview: () => Promise.reject(new Error('503')) }],
  ['the API is slow', { readPreview: () => new Promise(() => undefined), patienceMs: 1 }],
  ['the key cannot be read', { signingKey: () => Promise.reject(new Error('denied')) }],
])('leaves out the preview and reports it if %s', async (_, changes) => {
  expect(await serve(changes)).toMatchObject({ status: 200, body: DOCUMENT });
  expect(errors).toHaveLength(1);
});

test('fails without the document, so that the edge serves its own copy', async () => {
  await expect(serve({ readDocument: () => Promise.reject(new Error('gone')) })).rejects.toThrow('gone');
});

test.each([
  ['/404.html', `video=${VIDEO}&origin=https%3A%2F%2Fa.example`],
  ['/index.html', ''],
  ['/index.html', 'video=x&origin=https%3A%2F%2Fa.example'],
  ['/index.html', `video=${VIDEO}`],
  ['/index.html', `video=${VIDEO}&origin=javascript%3Aalert(1)`],
])('does not know %s?%s, for which the edge uses the bucket', async (path, query) => {
  expect(await servePage({ path, query }, sources())).toMatchObject({ status: 404 });
});
