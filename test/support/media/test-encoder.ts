import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  CreateJobCommand,
  GetJobCommand,
  type Job,
  MediaConvertClient,
  ProbeCommand,
} from '@aws-sdk/client-mediaconvert';
import { jobSettings } from '../../../lambdas/transcode/job-settings.ts';
import { createApiServer } from '../../../local/aws-api/server.ts';
import { Credentials } from '../../../local/aws-api/credentials.ts';
import { getFfmpeg } from '../../../local/cli/ffmpeg.ts';
import type { EventInput } from '../../../local/eventbridge/event.ts';
import type { EncoderHabits } from '../../../local/mediaconvert/encoder-habits.ts';
import { mediaConvertApi } from '../../../local/mediaconvert/media-convert-api.ts';
import { MediaConvert } from '../../../local/mediaconvert/media-convert.ts';
import type { EncoderStore } from '../../../local/mediaconvert/encoder-store.ts';
import { type Ladder, planLadder } from '../../../media/ladder/plan-ladder.ts';
import type { SourceVideo } from '../../../media/ladder/source-video.ts';

export const ROLE_ARN = 'arn:aws:iam::000000000000:role/encoder';
const VIDEO_ID = '0197b1a0-0000-7000-8000-000000000001';

interface JobStateDetail {
  readonly jobId: string;
  readonly status: string;
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly [property: string]: unknown;
}

/** A store whose buckets are directories. */
class DirectoryStore implements EncoderStore {
  readonly root: string;
  readonly written: string[] = [];
  /** Delays each write until it resolves. */
  beforePut: (key: string) => Promise<void> = () => Promise.resolve();

  constructor(root: string) {
    this.root = root;
  }

  async find(bucket: string, key: string) {
    const path = join(this.root, bucket, key);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) return undefined;
    return {
      size: found.size,
      etag: '"e"',
      lastModified: found.mtime,
      contentType: 'video/mp4',
      stream: () => createReadStream(path),
    };
  }

  async put({ bucket, key, body }: Parameters<EncoderStore['put']>[0]): Promise<void> {
    await this.beforePut(key);
    const path = join(this.root, bucket, key);
    await mkdir(dirname(path), { recursive: true });
    if (Buffer.isBuffer(body)) await writeFile(path, body);
    else await pipeline(body, createWriteStream(path));
    this.written.push(key);
  }
}

/** The encoder behind its real wire protocol, with buckets as directories. */
export class TestEncoder {
  readonly directory: string;
  readonly store: DirectoryStore;
  readonly events: JobStateDetail[] = [];
  /** Errors of a full disk, for which jobs wait. */
  readonly errors: unknown[] = [];
  /** Makes the event bus reject events. */
  busIsDown = false;
  /** Decides what the role of a job may do. */
  findDenial: NonNullable<Parameters<typeof MediaConvert.open>[0]['findDenial']> = async () => undefined;
  now: () => number = Date.now;
  habits: EncoderHabits | undefined;
  tools = getFfmpeg();
  service!: MediaConvert;
  client!: MediaConvertClient;
  #closeServer: () => Promise<void> = () => Promise.resolve();

  private constructor(directory: string) {
    this.directory = directory;
    this.store = new DirectoryStore(join(directory, 'buckets'));
  }

  static async start(habits?: EncoderHabits): Promise<TestEncoder> {
    const encoder = new TestEncoder(await mkdtemp(join(tmpdir(), 'encoder-')));
    encoder.habits = habits;
    await encoder.open();
    return encoder;
  }

  async open(): Promise<void> {
    this.service = await MediaConvert.open({
      ...this.tools,
      dir: join(this.directory, 'state'),
      store: this.store,
      publish: (event) => this.#publish(event),
      now: () => this.now(),
      findDenial: (job, access) => this.findDenial(job, access),
      onError: (error) => void this.errors.push(error),
      fullDiskRetryMs: 1,
      habits: this.habits,
    });
    this.service.start();
    const credentials = Credentials.open(join(this.directory, 'credentials'));
    const server = createApiServer({ credentials, services: [mediaConvertApi(this.service, this.habits)] });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    this.client = new MediaConvertClient({
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: credentials.operator(),
    });
    this.#closeServer = async () => {
      this.client.destroy();
      await new Promise((resolve) => void server.close(resolve));
    };
  }

  async #publish({ detail }: EventInput): Promise<void> {
    if (this.busIsDown) throw new Error('The bus is down');
    this.events.push(detail as JobStateDetail);
  }

  /** Closes the service as the end of its process would; `open` starts the next one. */
  async stop(): Promise<void> {
    await this.#closeServer();
    await this.service.close();
  }

  async end(): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  async upload(key: string, bytes: Buffer): Promise<void> {
    await this.store.put({ bucket: 'uploads', key, contentType: 'video/mp4', body: bytes });
  }

  /** Builds the request that the chain sends for a source. */
  request(key: string, source: Partial<SourceVideo> = {}, attemptId = 'attempt0') {
    const video = {
      width: 320,
      height: 180,
      frameRate: { numerator: 25, denominator: 1 },
      durationSeconds: 2,
      audioTracks: [],
      ...source,
    };
    return this.requestFor(planLadder(video, { maxShortSide: 1080 }), key, attemptId);
  }

  /** Builds the request that the chain sends for a ladder. */
  requestFor(ladder: Ladder, key: string, attemptId = 'attempt0') {
    return jobSettings({
      ladder,
      source: { bucket: 'uploads', key },
      outputBucket: 'videos',
      queueArn: 'Default',
      roleArn: ROLE_ARN,
      metadata: { deployment: 'SluicePipeline', videoId: VIDEO_ID, revisionId: VIDEO_ID, revision: '1', attemptId },
    });
  }

  /** Returns the path of an attempt's output on this machine. */
  outputPath(name: string, attemptId = 'attempt0'): string {
    return join(this.store.root, 'videos', 'v', VIDEO_ID, '1', attemptId, name);
  }

  async outputs(attemptId = 'attempt0'): Promise<string[]> {
    return (await readdir(this.outputPath('', attemptId), { recursive: true })).toSorted();
  }

  async submit(request: ReturnType<TestEncoder['request']>): Promise<string> {
    const { Job } = await this.client.send(new CreateJobCommand(request));
    return Job?.Id ?? '';
  }

  async get(id: string): Promise<Job> {
    const { Job } = await this.client.send(new GetJobCommand({ Id: id }));
    if (Job === undefined) throw new Error(`GetJob returned no job for ${id}.`);
    return Job;
  }

  /** Waits until a job has ended and, unless the bus is down, its event is published. */
  async waitForEnd(id: string): Promise<Job> {
    for (;;) {
      const job = await this.get(id);
      const isPublished = this.busIsDown || this.eventsOf(id).some(({ status }) => status === job.Status);
      if (job.Status !== 'SUBMITTED' && job.Status !== 'PROGRESSING' && isPublished) return job;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async probe(key: string) {
    const { ProbeResults } = await this.client.send(
      new ProbeCommand({ InputFiles: [{ FileUrl: `s3://uploads/${key}` }] }),
    );
    return ProbeResults?.[0];
  }

  eventsOf(id: string): JobStateDetail[] {
    return this.events.filter(({ jobId }) => jobId === id);
  }
}
