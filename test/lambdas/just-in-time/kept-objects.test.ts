import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { KeptObjects, RECHECK_SECONDS } from '../../../lambdas/just-in-time/kept-objects.ts';
import { publishedObjects } from '../../../lambdas/just-in-time/published-objects.ts';
import { type EdgeStorage, startEdgeStorage } from '../../support/local/edge-storage.ts';
import { type Fault, INTERNAL_ERROR, SLOW_DOWN } from '../../support/local/faulty-proxy.ts';

/** Kept objects over the laptop's S3 with the rights of a function of the edge, and a clock of the test. */

const KEY = 'v/0193c5a0-0000-7000-8000-000000000001/mp4hls/pointer';
const STALE_MINUTES = 60;
/** A second more than the time for which a kept object is used without a check. */
const LATER_MS = (RECHECK_SECONDS + 1) * 1_000;

let storage: EdgeStorage;
let client: S3Client;
let nowMs: number;
let stale: string[];
let parsed: string[];

beforeAll(async () => {
  storage = await startEdgeStorage();
  client = new S3Client(storage.edge);
});
beforeEach(async () => {
  nowMs = Date.UTC(2026, 0, 1);
  stale = [];
  parsed = [];
  await storage.publish(KEY, 'first');
  storage.proxy.reset();
});
afterAll(async () => {
  client.destroy();
  await storage.close();
});

function keep({ maxBytes = 100_000, recheckTimeoutMs = 20_000 } = {}): KeptObjects<string> {
  return new KeptObjects({
    objects: publishedObjects(client, storage.outputBucket, { timeoutMs: 20_000, recheckTimeoutMs, maxBytes: 50_000 }),
    parse: (bytes) => {
      const text = new TextDecoder().decode(bytes);
      if (text === 'damaged') throw new Error('The object is damaged.');
      parsed.push(text);
      return text;
    },
    maxBytes,
    staleOnErrorMinutes: STALE_MINUTES,
    reportStale: (key) => void stale.push(key),
    now: () => nowMs,
  });
}

/** Returns the statuses of the responses since the last call. */
function statuses(): (number | undefined)[] {
  return storage.proxy.requests.splice(0).map(({ status }) => status);
}

test('reads and parses an object once while it is fresh', async () => {
  const objects = keep();
  expect(await objects.get(KEY)).toBe('first');
  nowMs += RECHECK_SECONDS * 1_000 - 1;
  expect(await objects.get(KEY)).toBe('first');
  expect(statuses()).toEqual([200]);
});

test('re-checks an object by a conditional request that transfers and parses nothing', async () => {
  const objects = keep();
  await objects.get(KEY);
  for (let check = 0; check < 3; check += 1) {
    nowMs += LATER_MS;
    expect(await objects.get(KEY)).toBe('first');
  }
  expect(statuses()).toEqual([200, 304, 304, 304]);
  expect(parsed).toEqual(['first']);
});

test('returns a replaced object after the bound', async () => {
  const objects = keep();
  await objects.get(KEY);
  await storage.publish(KEY, 'second');
  nowMs += LATER_MS;
  expect(await objects.get(KEY)).toBe('second');
  expect(statuses()).toEqual([200, 200]);
});

test('drops an object that was unpublished, although its bytes are unchanged, and returns it again once it is published', async () => {
  const objects = keep();
  await objects.get(KEY);
  await storage.unpublish(KEY);
  nowMs += LATER_MS;
  expect(await objects.get(KEY)).toBeUndefined();
  expect(objects.bytes).toBe(0);
  await storage.republish(KEY);
  expect(await objects.get(KEY)).toBe('first');
  expect(statuses()).toEqual([200, 403, 200]);
});

test('drops a deleted object', async () => {
  const objects = keep();
  await objects.get(KEY);
  await storage.operator.send(new DeleteObjectCommand({ Bucket: storage.outputBucket, Key: KEY }));
  nowMs += LATER_MS;
  expect(await objects.get(KEY)).toBeUndefined();
  expect(await keep().get(KEY)).toBeUndefined();
});

test('sends one request for concurrent readers, also of a re-check', async () => {
  const objects = keep();
  const readTwice = () => Promise.all([objects.get(KEY), objects.get(KEY), objects.get(KEY)]);
  expect(await readTwice()).toEqual(['first', 'first', 'first']);
  nowMs += LATER_MS;
  expect(await readTwice()).toEqual(['first', 'first', 'first']);
  expect(statuses()).toEqual([200, 304]);
});

const FAULTS: readonly (readonly [string, Fault, string])[] = [
  ['throttles', SLOW_DOWN, 'Slow'],
  ['responds 500', INTERNAL_ERROR, 'Fault'],
  ['closes connections', { kind: 'disconnect' }, 'socket hang up'],
  ['does not respond', { kind: 'hang' }, 'aborted'],
];

test.each(FAULTS)('goes on using an object while storage %s, until the bound', async (_, fault, message) => {
  const objects = keep({ recheckTimeoutMs: fault.kind === 'hang' ? 50 : 20_000 });
  expect(await objects.get(KEY)).toBe('first');
  storage.proxy.faultOf = () => fault;
  nowMs += STALE_MINUTES * 60_000 - 1_000;
  expect(await objects.get(KEY)).toBe('first');
  expect(stale).toEqual([KEY]);
  nowMs += 60_000;
  await expect(objects.get(KEY)).rejects.toThrow(message);
});

test('asks failing storage only once in a while, and returns to normal when it has recovered', async () => {
  const objects = keep();
  await objects.get(KEY);
  storage.proxy.faultOf = () => SLOW_DOWN;
  nowMs += LATER_MS;
  for (let read = 0; read < 5; read += 1) expect(await objects.get(KEY)).toBe('first');
  expect(storage.proxy.requests).toHaveLength(2);
  storage.proxy.reset();
  await storage.publish(KEY, 'second');
  nowMs += LATER_MS;
  expect(await objects.get(KEY)).toBe('second');
});

test('refuses an object that was withdrawn while storage failed as soon as storage says so', async () => {
  const objects = keep();
  await objects.get(KEY);
  storage.proxy.faultOf = () => SLOW_DOWN;
  nowMs += LATER_MS;
  expect(await objects.get(KEY)).toBe('first');
  await storage.unpublish(KEY);
  storage.proxy.reset();
  nowMs += LATER_MS;
  expect(await objects.get(KEY)).toBeUndefined();
  storage.proxy.faultOf = () => SLOW_DOWN;
  await expect(objects.get(KEY)).rejects.toThrow('Slow');
});

test.each<readonly [string, Fault, string]>([
  ['cut off', { kind: 'cut-off' }, 'aborted'],
  ['a byte too short', { kind: 'short' }, 'Checksum mismatch'],
])(
  'keeps nothing of a response that is %s',
  async (_, fault, message) => {
    const objects = keep();
    storage.proxy.faultOf = () => fault;
    await expect(objects.get(KEY)).rejects.toThrow(message);
    expect(objects.bytes).toBe(0);
  },
);

test('throws what parsing throws and keeps neither the old nor the new object', async () => {
  const objects = keep();
  await objects.get(KEY);
  await storage.publish(KEY, 'damaged');
  nowMs += LATER_MS;
  await expect(objects.get(KEY)).rejects.toThrow('The object is damaged.');
  expect(objects.bytes).toBe(0);
});

test('does not read an object that is larger than the maximum', async () => {
  await storage.publish(KEY, 'x'.repeat(50_001));
  await expect(keep().get(KEY)).rejects.toThrow('more than 50000');
});

test('holds no more bytes than the maximum and drops the object used the longest ago', async () => {
  const keys = ['a', 'b', 'c'].map((name) => `v/bound/${name}`);
  for (const key of keys) await storage.publish(key, key.repeat(1_000));
  const objects = keep({ maxBytes: 20_000 });
  const [a = '', b = '', c = ''] = keys;
  for (const key of [a, b, a, c, a]) await objects.get(key);
  expect(objects.bytes).toBeLessThanOrEqual(20_000);
  statuses();
  await objects.get(a);
  expect(statuses()).toEqual([]);
  await objects.get(b);
  expect(statuses()).toEqual([200]);
});

test('re-checks an object after the clock was set back', async () => {
  const objects = keep();
  await objects.get(KEY);
  nowMs -= 3_600_000;
  await objects.get(KEY);
  expect(statuses()).toEqual([200, 304]);
});
