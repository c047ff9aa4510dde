import { decodeJwt } from 'jose';
import { sql } from 'drizzle-orm';
import { catalogDatabase, type CatalogDatabase, type CatalogLocation } from '../catalog/database.ts';
import { selectVideoPage } from '../catalog/videos/select-video-page.ts';
import { findVideoOverview } from '../catalog/videos/video-overview.ts';
import { videoListSchema } from '../lambdas/contracts/api/video.ts';
import { playbackSchema } from '../lambdas/contracts/playback.ts';
import { fillLibrary } from '../test/support/catalog/fill-library.ts';
import { LIBRARY_QUERIES, plansOf, hasTableScan } from '../test/support/catalog/library-queries.ts';
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
/** The laptop's gateway throttles as AWS's does; the bench needs the highest limits. */
const UNTHROTTLED = JSON.stringify({ api: { rateLimit: 10_000, burst: 5000 } });

/** Requests of one kind, and their catalog query alone, without edge, gateway, function, token and signature. */
interface Kind {
  readonly name: string;
  readonly request: (index: number) => Promise<void>;
  readonly query: (index: number) => Promise<unknown>;
}

/** Measures the API on a large library against its queries alone, and checks whether each query plan uses an index. */
export async function* api({ rounds, log }: BenchOptions): AsyncGenerator<BenchRow, void> {
  await using database = await temporaryDatabase();
  await using cloud = await startCloud({ ...database.env, CDK_CONTEXT_JSON: UNTHROTTLED });
  const location = locationOf(cloud);
  const catalog = catalogDatabase(cloud.rdsData, location);
  log(`filling the catalog with ${VIDEOS} videos`);
  await fillLibrary(catalog, { videos: VIDEOS, owners: OWNERS });

  for (const kind of await kinds(cloud, catalog)) {
    const results: { readonly api: RequestLoadResult[]; readonly query: RequestLoadResult[] } = { api: [], query: [] };
    // Starts the functions and lets them fetch the keys that verify tokens.
    await runRequestLoad({ ...LOAD, seconds: 1 }, kind.request);
    for (let round = 1; round <= rounds; round += 1) {
      log(`${kind.name}, round ${round} of ${rounds}`);
      results.api.push(await runRequestLoad(LOAD, kind.request));
      results.query.push(await runRequestLoad(LOAD, async (index) => void (await kind.query(index))));
    }
    yield {
      measure: `${kind.name}, ${VIDEOS} videos, ${LOAD.connections} connections`,
      sluice: formatRate(results.api),
      peer: `its query alone through the same Data API: ${formatRate(results.query)}`,
      ratio: perSecond(results.api) / perSecond(results.query),
    };
  }
  yield await checkPlans(cloud, location, log);
}

async function kinds(cloud: BenchCloud, catalog: CatalogDatabase): Promise<Kind[]> {
  const [admin, owner] = await Promise.all([
    createApiToken(cloud.stateDirectory, cloud.running, 'admin', 'bench-admin'),
    createApiToken(cloud.stateDirectory, cloud.running, 'uploader', 'bench-owner'),
  ]);
  const ownerId = decodeJwt(owner).sub ?? '';
  await catalog.execute(sql`update videos set owner_id = ${ownerId} where owner_id = 'owner-7'`);
  const fetchJson = async (path: string, token: string): Promise<unknown> => {
    const response = await fetch(`${cloud.running.edgeUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const body: unknown = await response.json();
    if (!response.ok) throw new Error(`${path} responded with status ${response.status}: ${JSON.stringify(body)}`);
    return body;
  };
  const fetchPage = async (path: string, token: string): Promise<void> => {
    const { videos } = videoListSchema.parse(await fetchJson(path, token));
    if (videos.length !== PAGE) throw new Error(`${path} returned ${videos.length} videos instead of ${PAGE}`);
  };
  return [
    {
      name: `page of ${PAGE} videos, for an owner`,
      request: () => fetchPage(`/api/videos?limit=${PAGE}`, owner),
      query: () => selectVideoPage(catalog, { id: ownerId, isAdmin: false }, { limit: PAGE }),
    },
    {
      name: 'search, for an admin',
      request: (index) => fetchPage(`/api/videos?limit=${PAGE}&search=${rareWord(index)}`, admin),
      query: (index) =>
        selectVideoPage(catalog, { id: 'admin', isAdmin: true }, { limit: PAGE, search: rareWord(index) }),
    },
    {
      name: 'playback',
      request: async (index) => {
        const videoId = sharedVideo(index);
        const { hlsUrl } = playbackSchema.parse(await fetchJson(`/api/videos/${videoId}/playback`, owner));
        if (!hlsUrl.includes(videoId)) throw new Error(`The playback of ${videoId} returned ${hlsUrl}`);
      },
      query: (index) => findVideoOverview(catalog, sharedVideo(index)),
    },
  ];
}

/** Returns a three-digit number that hundreds of titles contain. */
function rareWord(index: number): string {
  return String(100 + (index * 7) % 900);
}

/** Numbers of the videos that `fillLibrary` makes shared and ready. */
const SHARED = Array.from({ length: VIDEOS / 10 }, (_, index) => 10 * (index + 1)).filter(
  (number) => number % 100 !== 0 && number % 101 !== 0,
);

/** Returns the id of a shared video; successive indexes are spread over the library. */
function sharedVideo(index: number): string {
  const number = SHARED[(index * 37) % SHARED.length] ?? 0;
  return `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

async function checkPlans(cloud: BenchCloud, location: CatalogLocation, log: BenchOptions['log']): Promise<BenchRow> {
  let indexed = 0;
  for (const [name, query] of LIBRARY_QUERIES) {
    const usesIndex = !(await plansOf(cloud.rdsData, location, query)).some(hasTableScan);
    if (usesIndex) indexed += 1;
    log(`plan uses an index: ${usesIndex ? 'yes' : 'no'}, ${name}`);
  }
  return {
    measure: `query plans that use an index, ${VIDEOS} videos`,
    sluice: `${indexed} of ${LIBRARY_QUERIES.length}`,
    peer: '',
    aim: { text: 'all', met: indexed === LIBRARY_QUERIES.length },
  };
}

function locationOf({ running: { outputs } }: BenchCloud): CatalogLocation {
  const { CatalogClusterArn: clusterArn, CatalogSecretArn: secretArn, CatalogDatabaseName: database } = outputs;
  if (clusterArn === undefined || secretArn === undefined || database === undefined) {
    throw new Error('The stack outputs do not name the catalog.');
  }
  return { clusterArn, secretArn, database };
}

function perSecond(results: readonly RequestLoadResult[]): number {
  return (
    (1000 * sum(results.map(({ requestMs }) => requestMs.length))) / sum(results.map(({ elapsedMs }) => elapsedMs))
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function formatRate(results: readonly RequestLoadResult[]): string {
  const p99 = quantile(results.flatMap(({ requestMs }) => requestMs), 0.99);
  return `${Math.round(perSecond(results))}/s, p99 ${formatMilliseconds(p99)}`;
}
