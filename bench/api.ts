import { decodeJwt } from 'jose';
import { sql } from 'drizzle-orm';
import { catalogDatabase, type CatalogDatabase, type CatalogLocation } from '../catalog/database.ts';
import { selectVideoPage } from '../catalog/videos/select-video-page.ts';
import { findVideoOverview } from '../catalog/videos/video-overview.ts';
import { videoListSchema } from '../lambdas/contracts/api/video.ts';
import { playbackSchema } from '../lambdas/contracts/playback.ts';
import { fillLibrary } from '../test/support/catalog/fill-library.ts';
import { LIBRARY_QUERIES, plansOf, readsWholeTable } from '../test/support/catalog/library-queries.ts';
import { createApiToken } from '../local/cli/token.ts';
import { startCloud, type BenchCloud } from './cloud.ts';
import { formatMilliseconds } from './figures.ts';
import { temporaryDatabase } from './temporary-database.ts';
import { quantile, type RequestLoadResult, runRequestLoad } from './request-load.ts';
import type { BenchOptions, BenchRow } from './row.ts';

const VIDEOS = 100_000;
const OWNERS = 50;
const LOAD = { connections: 8, seconds: 4 } as const;
const PAGE = 24;
/** The laptop's gateway throttles as AWS's does; here it is to let everything in. */
const UNTHROTTLED = JSON.stringify({ api: { rateLimit: 10_000, burst: 5000 } });

/** Requests of one kind, and what they ask of the catalog: without edge, gateway, function, token and signature. */
interface Kind {
  readonly name: string;
  readonly request: (index: number) => Promise<void>;
  readonly query: (index: number) => Promise<unknown>;
}

/** The API as pages ask it, of a large library, against its queries alone; and whether each query has an index. */
export async function* api({ rounds, log }: BenchOptions): AsyncGenerator<BenchRow, void> {
  await using database = await temporaryDatabase();
  await using cloud = await startCloud({ ...database.env, CDK_CONTEXT_JSON: UNTHROTTLED });
  const location = locationOf(cloud);
  const catalog = catalogDatabase(cloud.rdsData, location);
  log(`filling the catalog with ${VIDEOS} videos`);
  await fillLibrary(catalog, { videos: VIDEOS, owners: OWNERS });

  for (const kind of await kinds(cloud, catalog)) {
    const contest: { readonly own: RequestLoadResult[]; readonly alone: RequestLoadResult[] } = { own: [], alone: [] };
    // Starts the functions, and lets them read the keys that tokens are checked with.
    await runRequestLoad({ ...LOAD, seconds: 1 }, kind.request);
    for (let round = 1; round <= rounds; round += 1) {
      log(`${kind.name}, round ${round} of ${rounds}`);
      contest.own.push(await runRequestLoad(LOAD, kind.request));
      contest.alone.push(await runRequestLoad(LOAD, async (index) => void (await kind.query(index))));
    }
    yield {
      measure: `${kind.name}, of ${VIDEOS} videos, ${LOAD.connections} connections`,
      sluice: figures(contest.own),
      peer: `its query alone, by the same Data API: ${figures(contest.alone)}`,
      ratio: perSecond(contest.own) / perSecond(contest.alone),
    };
  }
  yield await plans(cloud, location, log);
}

async function kinds(cloud: BenchCloud, catalog: CatalogDatabase): Promise<Kind[]> {
  const [admin, owner] = await Promise.all([
    createApiToken(cloud.stateDirectory, cloud.running, 'admin', 'bench-admin'),
    createApiToken(cloud.stateDirectory, cloud.running, 'uploader', 'bench-owner'),
  ]);
  const ownerId = decodeJwt(owner).sub ?? '';
  await catalog.execute(sql`update videos set owner_id = ${ownerId} where owner_id = 'owner-7'`);
  const ask = async (path: string, token: string): Promise<unknown> => {
    const answer = await fetch(`${cloud.running.edgeUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const body: unknown = await answer.json();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(body)}`);
    return body;
  };
  const askPage = async (path: string, token: string): Promise<void> => {
    const { videos } = videoListSchema.parse(await ask(path, token));
    if (videos.length !== PAGE) throw new Error(`${path} answered ${videos.length} videos`);
  };
  return [
    {
      name: `a page of ${PAGE}, for whoever owns some`,
      request: () => askPage(`/api/videos?limit=${PAGE}`, owner),
      query: () => selectVideoPage(catalog, { id: ownerId, isAdmin: false }, { limit: PAGE }),
    },
    {
      name: 'a search, for an admin',
      request: (index) => askPage(`/api/videos?limit=${PAGE}&search=${rareWord(index)}`, admin),
      query: (index) => selectVideoPage(catalog, { id: 'admin', isAdmin: true }, { limit: PAGE, search: rareWord(index) }),
    },
    {
      name: 'a playback',
      request: async (index) => {
        const videoId = sharedVideo(index);
        const { hlsUrl } = playbackSchema.parse(await ask(`/api/videos/${videoId}/playback`, owner));
        if (!hlsUrl.includes(videoId)) throw new Error(`The playback of ${videoId} has ${hlsUrl}`);
      },
      query: (index) => findVideoOverview(catalog, sharedVideo(index)),
    },
  ];
}

/** Three digits; hundreds of the titles have each. */
function rareWord(index: number): string {
  return String(100 + (index * 7) % 900);
}

/** Of those that are shared and ready, as `fillLibrary` makes them. */
const SHARED = Array.from({ length: VIDEOS / 10 }, (_, index) => 10 * (index + 1)).filter(
  (number) => number % 100 !== 0 && number % 101 !== 0,
);

/** Each time another, from all over the library. */
function sharedVideo(index: number): string {
  const number = SHARED[(index * 37) % SHARED.length] ?? 0;
  return `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

async function plans(cloud: BenchCloud, location: CatalogLocation, log: BenchOptions['log']): Promise<BenchRow> {
  let indexed = 0;
  for (const [name, query] of LIBRARY_QUERIES) {
    const found = (await plansOf(cloud.rdsData, location, query)).filter(readsWholeTable).length === 0;
    if (found) indexed += 1;
    log(`plan uses an index: ${found ? 'ok' : 'no'}, ${name}`);
  }
  return {
    measure: `plans that use an index, with ${VIDEOS} videos`,
    sluice: `${indexed} of ${LIBRARY_QUERIES.length}`,
    peer: '',
    aim: { text: 'all', met: indexed === LIBRARY_QUERIES.length },
  };
}

function locationOf({ running: { outputs } }: BenchCloud): CatalogLocation {
  const { CatalogClusterArn: clusterArn, CatalogSecretArn: secretArn, CatalogDatabaseName: database } = outputs;
  if (clusterArn === undefined || secretArn === undefined || database === undefined) {
    throw new Error('The stacks do not log where the catalog is');
  }
  return { clusterArn, secretArn, database };
}

function perSecond(results: readonly RequestLoadResult[]): number {
  return (1000 * sum(results.map(({ requestMs }) => requestMs.length))) / sum(results.map(({ elapsedMs }) => elapsedMs));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function figures(results: readonly RequestLoadResult[]): string {
  const p99 = quantile(results.flatMap(({ requestMs }) => requestMs), 0.99);
  return `${Math.round(perSecond(results))}/s, p99 ${formatMilliseconds(p99)}`;
}
