import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetJobCommand, ListJobsCommand } from '@aws-sdk/client-mediaconvert';
import type { JobRecord } from '../../../../local/mediaconvert/jobs/job-record.ts';
import { JobStore } from '../../../../local/mediaconvert/jobs/job-store.ts';
import { makeClip } from '../../../support/clips.ts';
import { TestEncoder } from '../../../support/media/test-encoder.ts';

const DAY_MS = 24 * 3_600_000;

function makeJob(sequence: number, more: Partial<JobRecord> = {}): JobRecord {
  return {
    id: `1700000000000-${String(sequence).padStart(6, '0')}`,
    sequence,
    queueArn: 'arn:aws:mediaconvert:us-east-1:000000000000:queues/Default',
    role: 'role',
    priority: 0,
    settings: {},
    userMetadata: {},
    statusUpdateInterval: 'SECONDS_60',
    status: 'COMPLETE',
    createdAt: 1_700_000_000_000,
    finishedAt: 1_700_000_001_000,
    warnings: [],
    outbox: [],
    ...more,
  };
}

describe('jobs that have ended', () => {
  let encoder: TestEncoder;
  beforeEach(async () => void (encoder = await TestEncoder.start()));
  afterEach(() => encoder.end());

  test('can be looked up for 90 days, also after a restart, and then no more', async () => {
    await encoder.upload('clip.mp4', await makeClip());
    const id = await encoder.submit(encoder.request('clip.mp4', { audioTracks: [{ channels: 1 }] }, 'history0'));
    const { FinishedAt: finished = new Date() } = (await encoder.waitForEnd(id)).Timing as { FinishedAt?: Date };
    await encoder.stop();
    encoder.now = () => finished.getTime() + 89 * DAY_MS;
    await encoder.open();
    expect((await encoder.get(id)).Status).toBe('COMPLETE');
    const listed = await encoder.client.send(new ListJobsCommand({ Status: 'COMPLETE' }));
    expect(listed.Jobs?.map(({ Id }) => Id)).toEqual([id]);
    await encoder.stop();
    encoder.now = () => finished.getTime() + 91 * DAY_MS;
    await encoder.open();
    await expect(encoder.client.send(new GetJobCommand({ Id: id }))).rejects.toMatchObject({ name: 'NotFoundException' });
  });
});

describe('a directory of one file per job, as earlier versions left it', () => {
  let directory: string;
  let files: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'job-history-'));
    files = join(directory, 'jobs');
    mkdirSync(files);
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  const write = (job: JobRecord): void => writeFileSync(join(files, `${job.id}.json`), JSON.stringify(job));

  test('is imported with fewer open files than it has, and loads only jobs that are not settled', async () => {
    for (let sequence = 1; sequence <= 600; sequence += 1) write(makeJob(sequence));
    write(makeJob(601, { status: 'PROGRESSING', finishedAt: undefined }));
    write(makeJob(602, { outbox: [{ status: 'COMPLETE', timestamp: 1, detail: {} }] }));
    writeFileSync(join(files, 'interrupted.json.new'), '{');
    const program = `
      import { JobStore } from '${join(import.meta.dirname, '../../../../local/mediaconvert/jobs/job-store.ts')}';
      const store = new JobStore(${JSON.stringify(directory)});
      console.log(JSON.stringify([store.listUnsettled().map(({ sequence }) => sequence), store.lastSequence()]));`;
    const limited = ['-c', 'ulimit -n 64; exec "$@"', 'sh', process.execPath, '--input-type=module', '-e', program];
    const { stdout } = await promisify(execFile)('/bin/sh', limited);
    expect(JSON.parse(stdout)).toEqual([[601, 602], 602]);
    expect(readdirSync(directory)).not.toContain('jobs');
    const store = new JobStore(directory);
    expect(store.find(makeJob(300).id)?.sequence).toBe(300);
    store.close();
  });

  test('names a file that is not a job', () => {
    writeFileSync(join(files, 'broken.json'), '{');
    expect(() => new JobStore(directory)).toThrow(`${join(files, 'broken.json')} is damaged`);
  });
});
