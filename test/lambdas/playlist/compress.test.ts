import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { encodeText, MAX_BODY_BYTES } from '../../../lambdas/playlist/compress.ts';

test('compresses a text that is too long for a response, whatever the player accepts', async () => {
  const [longest, longer] = ['a'.repeat(MAX_BODY_BYTES), 'a'.repeat(MAX_BODY_BYTES + 1)];
  const plain = await encodeText(longest, '');
  expect([plain?.headers, plain?.body.length]).toEqual([{}, MAX_BODY_BYTES]);
  const compressed = await encodeText(longer, 'identity');
  expect(compressed?.headers).toEqual({ 'content-encoding': 'gzip' });
  expect(gunzipSync(compressed?.body ?? '').toString()).toBe(longer);
});

test('counts bytes, not characters', async () => {
  expect((await encodeText('é'.repeat(MAX_BODY_BYTES / 2 + 1), ''))?.headers).toEqual({ 'content-encoding': 'gzip' });
});

test('gives up on a text that is too long even so', async () => {
  const text = randomBytes(MAX_BODY_BYTES).toString('base64');
  for (const acceptEncoding of ['', 'gzip']) expect(await encodeText(text, acceptEncoding)).toBeUndefined();
});

test("leaves room for base64 and headers within Lambda's 6 MB", () => {
  expect(Math.ceil(MAX_BODY_BYTES / 3) * 4 + 10_000).toBeLessThan(6 * 1024 * 1024);
});
