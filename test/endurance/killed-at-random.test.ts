import { randomInt } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  paginateListObjectsV2,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { MediaConvertClient, paginateListJobs } from '@aws-sdk/client-mediaconvert';
import { pointerKey } from '../../lambdas/contracts/output-layout.ts';
import { createApiToken } from '../../local/cli/token.ts';
import { clientConfig } from '../../local/cli/running.ts';
import { makeClip } from '../support/clips.ts';
import { findFreePortPair, type LaptopCloudHandle, removeState, spawnLaptopCloud } from '../support/laptop-cloud.ts';
import { type CloudClients, connectTo } from '../support/shared-cloud.ts';
import { readUploadState, waitForEnd } from '../support/uploads.ts';

/** `KILLS=200 npm run test:endurance -- killed` tries more; `SEED` repeats a run. */
const KILLS = Number(process.env['KILLS'] ?? 20);
const SEED = Number(process.env['SEED'] ?? randomInt(1, 2_147_483_646));
/** Approximate time from an upload to its end. */
const PROCESSING_MS = 2500;

/** Returns pseudorandom numbers from 0 to 1 (Park and Miller's generator). */
function pseudorandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** A request, and whether its answer arrived before the kill. */
interface Sent {
  readonly key: string;
  answered: boolean;
}

async function putWhole({ s3, sourceBucket }: CloudClients, key: string, body: Buffer): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: sourceBucket, Key: key, Body: body }));
}

async function putInParts({ s3, sourceBucket }: CloudClients, key: string, body: Buffer): Promise<void> {
  const target = { Bucket: sourceBucket, Key: key };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(target));
  const { ETag } = await s3.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: body }));
  const parts = { Parts: [{ ETag, PartNumber: 1 }] };
  await s3.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: parts }));
}

/** One life of a laptop cloud, with clients that never try again. */
class Life {
  readonly clients: CloudClients;
  readonly #handle: LaptopCloudHandle;
  readonly #token: string;

  private constructor(handle: LaptopCloudHandle, clients: CloudClients, token: string) {
    [this.#handle, this.clients, this.#token] = [handle, clients, token];
  }

  static async begin(port: number, stateDirectory?: string): Promise<Life> {
    const handle = await spawnLaptopCloud({ port, ...(stateDirectory === undefined ? {} : { stateDirectory }) });
    const clients = connectTo(handle.stateDirectory);
    clients.s3.config.maxAttempts = () => Promise.resolve(1);
    const token = await createApiToken(handle.stateDirectory, clients.running, 'admin', 'admin');
    return new Life(handle, clients, token);
  }

  get stateDirectory(): string {
    return this.#handle.stateDirectory;
  }

  /** Returns the status of an API response. */
  async call(method: string, videoId: string): Promise<number> {
    const url = new URL(`/api/videos/${videoId}`, this.clients.running.outputs['PagesUrl']);
    const response = await fetch(url, { method, headers: { authorization: `Bearer ${this.#token}` } });
    await response.arrayBuffer();
    return response.status;
  }

  async end(how: 'kill' | 'stop'): Promise<void> {
    await this.#handle[how]();
    this.clients.s3.destroy();
    this.clients.rdsData.destroy();
  }
}

async function listVersions(s3: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(
    new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix }),
  );
  return [...Versions, ...DeleteMarkers].map(({ VersionId }) => VersionId ?? '');
}

/** Returns the revision of every completed job. */
async function encodedRevisions({ running }: CloudClients): Promise<string[]> {
  const client = new MediaConvertClient(clientConfig(running));
  const revisions: string[] = [];
  for await (const { Jobs: jobs = [] } of paginateListJobs({ client }, { Status: 'COMPLETE' })) {
    revisions.push(...jobs.map(({ UserMetadata: metadata }) => metadata?.['revisionId'] ?? ''));
  }
  client.destroy();
  return revisions;
}

async function hasObjects({ s3, outputBucket }: CloudClients, videoId: string): Promise<boolean> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: outputBucket, Prefix: `v/${videoId}/` }))
    // The pointer of a deleted video stays, and says that nothing plays.
    if (Contents.some(({ Key }) => Key !== pointerKey(videoId))) return true;
  return false;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

test(`nothing is lost or doubled by ${KILLS} kills during uploads, encodes and deletions (seed ${SEED})`, async () => {
  const random = pseudorandom(SEED);
  const movie = await makeClip('-t', '0.6');
  const port = await findFreePortPair();
  let life = await Life.begin(port);
  const { stateDirectory } = life;
  const uploads: Sent[] = [];
  const deletions: (Sent & { readonly videoId: string })[] = [];
  const send = async (sent: Sent, request: () => Promise<unknown>): Promise<void> => {
    await pause(random() * PROCESSING_MS * 0.4);
    await request().then(() => (sent.answered = true), () => undefined);
  };
  /** Starts to delete a video that has been ready for a while, if there is one. */
  const deleteOne = async (): Promise<void> => {
    const kept = uploads.filter(({ key, answered }) => answered && !deletions.some((one) => one.key === key));
    const key = kept[Math.floor(random() * kept.length)]?.key;
    if (key === undefined) return;
    const [version = ''] = await listVersions(life.clients.s3, life.clients.sourceBucket, key);
    const { videoId } = (await readUploadState(life.clients, key, version)) ?? {};
    if (videoId === undefined) return;
    const deletion = { key, videoId, answered: false };
    deletions.push(deletion);
    await send(deletion, async () => expect(await life.call('DELETE', videoId)).toBe(204));
  };
  try {
    for (let kill = 1; kill <= KILLS; kill++) {
      const actions = [putWhole, putInParts].map((put, index) => {
        const upload = { key: `killed-${kill}-${index}.mp4`, answered: false };
        uploads.push(upload);
        return send(upload, () => put(life.clients, upload.key, movie));
      });
      if (kill % 2 === 0) actions.push(deleteOne().catch(() => undefined));
      await pause(random() * PROCESSING_MS);
      await life.end('kill');
      await Promise.all(actions);
      life = await Life.begin(port, stateDirectory);
    }
    const { clients } = life;
    // A deletion without an answer may have been accepted: it is asked for again, as a client would.
    for (const deletion of deletions) expect([204, 404]).toContain(await life.call('DELETE', deletion.videoId));
    const ready: string[] = [];
    for (const { key, answered } of uploads) {
      if (deletions.some((deletion) => deletion.key === key)) continue;
      const versions = await listVersions(clients.s3, clients.sourceBucket, key);
      expect({ key, versions: versions.length }).toEqual({ key, versions: answered ? 1 : Math.min(versions.length, 1) });
      for (const version of versions) {
        const upload = await waitForEnd(clients, key, version);
        expect(upload).toMatchObject({ status: 'ready', revision: 1 });
        expect(await life.call('GET', upload.videoId)).toBe(200);
        ready.push(upload.revisionId);
      }
    }
    for (const { key, videoId } of deletions) {
      // Removal follows an accepted deletion within seconds; the test's own timeout is the limit.
      while (await hasObjects(clients, videoId)) await pause(100);
      while ((await listVersions(clients.s3, clients.sourceBucket, key)).length > 0) await pause(100);
      expect(await life.call('GET', videoId)).toBe(404);
    }
    const encoded = await encodedRevisions(clients);
    expect(new Set(encoded).size).toBe(encoded.length);
    expect(encoded).toEqual(expect.arrayContaining(ready));
    expect(ready.length).toBeGreaterThan(0);
  } finally {
    await life.end('stop');
    await removeState(stateDirectory);
  }
}, 900_000 + KILLS * 30_000);
