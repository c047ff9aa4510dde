import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { TooManyRequestsException } from '@aws-sdk/client-mediaconvert';
import { sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { reconcileRequestSchema } from '../../../lambdas/contracts/reconciliation.ts';
import { groupListing, mergeJoin, type Pair } from '../../../lambdas/reconcile/group-listing.ts';
import { VIDEO_PAGE } from '../../../lambdas/reconcile/reconcile-output.ts';
import { reconcile, type ReconcileContext } from '../../../lambdas/reconcile/reconcile.ts';
import { countsOf, makeReconciler, type Reconciler } from '../../support/chain/reconciler.ts';
import type { ChainServices } from '../../support/chain/services.ts';
import { useChain } from '../../support/chain/use-chain.ts';

let services: ChainServices;
let reconciler: Reconciler;
useChain((started) => {
  services = started.services;
  reconciler = makeReconciler(services);
});

/** One more than a page of the catalog, beside output of nobody. */
const VIDEOS = VIDEO_PAGE + 1;
const OBJECTS = 10;
/** Videos that wait in vain. */
const STUCK = 3;

beforeAll(async () => {
  const put = (Key: string) => services.s3.send(new PutObjectCommand({ Bucket: services.outputBucket, Key, Body: 'x' }));
  await Promise.all(Array.from({ length: OBJECTS }, () => put(`v/${uuidv7()}/1/0123456789abcdef/index.m3u8`)));
  await services.owner.execute(sql`
    with video as (
      insert into videos (id, bucket, key, title)
      select gen_random_uuid(), ${services.sourceBucket}, 'film ' || number, 'Film' from generate_series(1, ${VIDEOS}) as number
      returning id
    )
    insert into revisions (id, video_id, number, version_id, etag, sequencer, size_bytes, status, ended_at, published_at)
    select
      gen_random_uuid(), id, 1, 'version', 'e', '1', 1, case when place <= ${STUCK} then 'uploaded' else 'superseded' end,
      case when place > ${STUCK} then now() end, case when place > ${STUCK} then now() end
    from (select id, row_number() over (order by id) as place from video) as numbered`);
});

function start(runId: string, more: object = {}) {
  return reconcileRequestSchema.parse({ type: 'start', runId, ...more });
}

function proceed(runId: string) {
  return reconcileRequestSchema.parse({ type: 'continue', runId });
}

describe('a run', () => {
  test('that has no time left continues where it was, and counts everything once', async () => {
    const whole = await reconciler.run({ dryRun: true });
    expect(whole.examined).toMatchObject({ objects: OBJECTS, videos: VIDEOS, revisions: VIDEOS, versions: 0 });
    expect(countsOf(whole)).toEqual({ output_unknown: [OBJECTS, 0], upload_stuck: [STUCK, STUCK], source_missing: [STUCK, 0] });

    // Each invocation has time for one step.
    let looks = 0;
    const context = reconciler.contextOf({ remainingMs: () => ((looks += 1) % 2 === 1 ? 900_000 : 0) });
    let response = await reconcile(context, start('short', { dryRun: true }));
    let invocations = 1;
    while (response.running !== undefined) {
      response = await reconcile(context, proceed('short'));
      invocations += 1;
    }
    expect(invocations).toBeGreaterThan(7);
    expect(reconciler.continued.splice(0).every(({ runId, pauseSeconds }) => runId === 'short' && pauseSeconds === 0)).toBe(true);
    const { runId: _one, startedAt: _begin, endedAt: _end, ...report } = response.last!;
    expect(report).toEqual(expect.objectContaining({ examined: whole.examined, findings: whole.findings, unfinished: [] }));
  });

  test('is alone: a second start does nothing, and a dead run gives way', async () => {
    const busy = reconciler.contextOf({ remainingMs: () => 0 });
    await reconcile(busy, start('first'));
    expect(await reconcile(busy, start('second'))).toMatchObject({ running: { runId: 'first' } });
    const later = reconciler.contextOf({ hours: 4 });
    expect(await reconcile(later, start('third', { dryRun: true }))).toMatchObject({ last: { runId: 'third' } });
    expect((await reconcile(later, proceed('first'))).running).toBeUndefined();
  });

  test('that is delivered twice at once is carried out by one of the two', async () => {
    const busy = reconciler.contextOf({ remainingMs: () => 0 });
    await reconcile(busy, start('twice', { dryRun: true }));
    const both = await Promise.all([1, 2].map(() => reconcile(reconciler.contextOf(), proceed('twice'))));
    const { last } = await reconcile(reconciler.contextOf(), { type: 'report' });
    expect(last).toMatchObject({ runId: 'twice', examined: { objects: OBJECTS, videos: VIDEOS } });
    expect(both).toHaveLength(2);
    // Once it has ended, further deliveries of its messages do nothing.
    await reconcile(reconciler.contextOf(), start('twice'));
    await reconcile(reconciler.contextOf(), proceed('twice'));
    expect((await reconcile(reconciler.contextOf(), { type: 'report' })).last?.endedAt).toBe(last?.endedAt);
  });

  test('that is killed at any request ends as if it had not been', async () => {
    for (const requests of [2, 12]) {
      const runId = `killed after ${requests}`;
      const context = reconciler.contextOf({ functions: services.killedAfter(requests) });
      const outcome = await reconcile({ ...context, logger: services.logger }, start(runId, { dryRun: true })).then(() => 'ended', () => 'killed');
      expect(outcome).toBe('killed');
      const { last } = await reconcile(reconciler.contextOf(), start(runId, { dryRun: true }));
      expect(last).toMatchObject({ runId, examined: { objects: OBJECTS, videos: VIDEOS, revisions: VIDEOS } });
    }
  });

  test('that AWS throttles pauses and continues, and gives up a part only after six times', async () => {
    const throttled = (times: number): ReconcileContext['mediaConvert'] => {
      let left = times;
      const mediaConvert: ReconcileContext['mediaConvert'] = Object.create(services.mediaConvert);
      mediaConvert.send = async (command: never) => {
        left -= 1;
        if (left >= 0) throw new TooManyRequestsException({ message: 'Too many', $metadata: { httpStatusCode: 429 } });
        return services.mediaConvert.send(command) as Promise<never>;
      };
      return mediaConvert;
    };
    reconciler.continued.length = 0;
    const twice = reconciler.contextOf({ mediaConvert: throttled(2) });
    await reconcile(twice, start('throttled', { dryRun: true }));
    await reconcile(twice, proceed('throttled'));
    expect(reconciler.continued.splice(0)).toEqual([{ runId: 'throttled', pauseSeconds: 120 }, { runId: 'throttled', pauseSeconds: 240 }]);
    expect((await reconcile(twice, proceed('throttled'))).last).toMatchObject({ runId: 'throttled', unfinished: [] });

    const always = reconciler.contextOf({ mediaConvert: throttled(Infinity) });
    await reconcile(always, start('stuck', { dryRun: true }));
    for (let times = 0; times < 5; times += 1) await reconcile(always, proceed('stuck'));
    const { last } = await reconcile(always, { type: 'report' });
    expect(last).toMatchObject({ runId: 'stuck', unfinished: [{ phase: 'jobs' }], examined: { objects: OBJECTS } });
  });

  test('goes on after a mend that fails, and says so', async () => {
    const sendUpload = async (): Promise<void> => Promise.reject(new Error('denied'));
    const report = await reconciler.run({}, { sendUpload });
    expect(report.findings.upload_stuck).toMatchObject({ found: STUCK, mended: 0, failed: STUCK });
  });

  test('keeps its report where no signature reaches it', async () => {
    const object = { Bucket: services.outputBucket, Key: 'operations/reconciliation.json' };
    const { TagCount, ContentType } = await services.s3.send(new GetObjectCommand(object));
    expect([TagCount, ContentType]).toEqual([undefined, 'application/json']);
  });
});

/** Joins names with rows in pages, as the phases do. */
async function join(listed: readonly string[], rows: readonly string[], pageSize: number, maxItems = 4) {
  const pairs: Pair<string, string>[] = [];
  let calls = 0;
  let after: string | undefined;
  let biggest = 0;
  do {
    calls += 1;
    const isAfter = (name: string): boolean => after === undefined || Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0;
    const page = rows.filter(isAfter).slice(0, pageSize);
    const listing = async function* (): AsyncGenerator<string> {
      yield* listed.filter(isAfter);
    };
    const groups = groupListing(listing(), (name) => name, 3);
    after = await mergeJoin({ groups, rows: page, nameOf: (name) => name, isLastPage: page.length < pageSize, maxItems }, async (pair) => {
      biggest = Math.max(biggest, pair.items.length);
      pairs.push(pair);
    });
  } while (after !== undefined);
  return { pairs: pairs.map(({ name, items, row }) => `${name}:${items.length}${row === undefined ? '' : '+'}`), calls, biggest };
}

describe('a merge-join of many pages', () => {
  test('handles each name once, whether the listing, the catalog or both hold it', async () => {
    const name = (number: number): string => String(number).padStart(5, '0');
    const numbers = Array.from({ length: 2000 }, (_, index) => index);
    const listed = numbers.filter((number) => number % 3 !== 0).flatMap((number) => [name(number), name(number)]);
    const rows = numbers.filter((number) => number % 2 === 0).map(name);
    const { pairs, calls, biggest } = await join(listed, rows, 50, 120);
    expect(pairs).toEqual(
      numbers.flatMap((number) => {
        const items = number % 3 === 0 ? 0 : 2;
        const isRow = number % 2 === 0;
        return items === 0 && !isRow ? [] : [`${name(number)}:${items}${isRow ? '+' : ''}`];
      }),
    );
    expect(calls).toBeGreaterThan(20);
    expect(biggest).toBe(2);
  });

  test.each([
    ['nothing', [], [], []],
    ['only objects', ['a', 'b'], [], ['a:1', 'b:1']],
    ['only rows', [], ['a', 'b'], ['a:0+', 'b:0+']],
    ['objects after the last row', ['a', 'y', 'z'], ['a', 'b'], ['a:1+', 'b:0+', 'y:1', 'z:1']],
    ['characters whose UTF-16 sorts otherwise', ['\uFF5E', '\u{1F600}'], ['\uFF5E', '\u{1F600}'], ['\uFF5E:1+', '\u{1F600}:1+']],
  ])('handles %s', async (_, listed, rows, expected) => {
    for (const pageSize of [1, 2, 3]) expect((await join(listed, rows, pageSize)).pairs).toEqual(expected);
  });

  test('keeps a bounded number of items of one name', async () => {
    const { pairs } = await join(Array.from({ length: 500 }, () => 'same'), ['same'], 10);
    expect(pairs).toEqual(['same:3+']);
  });
});
