import type { UploadProgress } from '../../../catalog/revisions/list-progress.ts';
import { SOURCE_WARNINGS } from '../../../lambdas/contracts/source-warnings.ts';
import { RequestedFiles } from '../../../local/cli/requested-files.ts';

function end(key: string, fields: Partial<UploadProgress> = {}): UploadProgress {
  return {
    revisionId: key,
    videoId: `id-of-${key}`,
    key,
    versionId: '1',
    status: 'ready',
    code: null,
    message: null,
    createdAt: new Date(0),
    endedAt: new Date(12_340),
    stepsDone: [],
    failedAttempts: [],
    priceTier: null,
    estimatedPriceUsd: null,
    warnings: [],
    justInTime: null,
    ...fields,
  };
}

function request(...keys: string[]): RequestedFiles {
  return new RequestedFiles(keys.map((key) => ({ key, path: `/videos/${key}` })));
}

function writeCommand(paths: readonly string[]): string {
  return `start ${paths.join(' ')}`;
}

function pageOf(videoId: string): string {
  return `http://edge/videos/${videoId}`;
}

test('summarizes how each file ended, after which time, and where to look', () => {
  const files = request('movie.mp4', '강의 노트.mp4', 'gone.mp4');
  files.reportUploaded('movie.mp4', '1');
  files.reportEnd(end('movie.mp4'), 30_020);
  files.reportUploaded('강의 노트.mp4', '1');
  files.reportEnd(end('강의 노트.mp4', { status: 'rejected', code: 'not_a_video', endedAt: new Date(430) }));
  files.reportFailedUpload('gone.mp4', 'no such file');
  expect(files.areFinished).toBe(true);
  expect(files.areReady).toBe(false);
  expect(files.summarize(pageOf)).toEqual([
    'movie.mp4      ready, 0:30 long            12.3 s  http://edge/videos/id-of-movie.mp4',
    '강의 노트.mp4  rejected: not_a_video       0.4 s   docs/errors.md#not_a_video',
    'gone.mp4       not uploaded: no such file',
    '1 of 3 files is ready.',
  ]);
});

test('names the warnings below a file that is ready, and where to look', () => {
  const files = request('a.mp4', 'b.mp4');
  const warnings = [{ code: 'sound_track_skipped', track: 2 }, { code: 'from_a_newer_version' }];
  for (const key of ['a.mp4', 'b.mp4']) files.reportUploaded(key, '1');
  files.reportEnd(end('a.mp4', { warnings }), 30_000);
  files.reportEnd(end('b.mp4', { warnings, status: 'failed', code: 'encoder_error' }));
  expect(files.areFinished).toBe(true);
  const { what } = SOURCE_WARNINGS.sound_track_skipped.en;
  expect(files.summarize(pageOf)).toEqual([
    'a.mp4  ready, 0:30 long       12.3 s  http://edge/videos/id-of-a.mp4',
    `  warning: sound_track_skipped, track 2: ${what} docs/errors.md#sound_track_skipped`,
    '  warning: from_a_newer_version docs/errors.md#from_a_newer_version',
    'b.mp4  failed: encoder_error  12.3 s  docs/errors.md#encoder_error',
    '1 of 2 files is ready.',
  ]);
});

test('summarizes a file that was replaced or deleted meanwhile', () => {
  const files = request('a.mp4', 'b.mp4');
  for (const key of ['a.mp4', 'b.mp4']) files.reportUploaded(key, '1');
  files.reportEnd(end('a.mp4', { status: 'superseded' }));
  files.reportEnd(end('b.mp4', { status: 'deleted' }));
  expect(files.summarize(pageOf)).toEqual([
    'a.mp4  superseded  12.3 s  http://edge/videos/id-of-a.mp4',
    'b.mp4  deleted     12.3 s',
    '0 of 2 files are ready.',
  ]);
});

test.each([
  [3_723_000, '1:02:03'],
  [59_600, '0:59'],
  [400, '0:01'],
])('writes a duration of %d ms as %s', (durationMs, text) => {
  const files = request('a.mp4');
  files.reportUploaded('a.mp4', '1');
  files.reportEnd(end('a.mp4'), durationMs);
  expect(files.summarize(pageOf)[0]).toContain(`${text} long`);
});

test('is finished by the version that it uploaded, even if that ended before the upload returned', () => {
  const files = request('a.mp4');
  files.reportUploaded('a.mp4', '2');
  files.reportEnd(end('a.mp4', { versionId: '1' }));
  expect(files.areFinished).toBe(false);
  files.reportEnd(end('a.mp4', { versionId: '2', status: 'processing' }));
  expect(files.areFinished).toBe(false);
  files.reportEnd(end('a.mp4', { versionId: '2' }));
  expect([files.areFinished, files.areReady]).toEqual([true, true]);

  const early = request('a.mp4');
  early.reportEnd(end('a.mp4'));
  expect(early.areFinished).toBe(false);
  early.reportUploaded('a.mp4', '1');
  expect(early.areFinished).toBe(true);
});

test('says after an interruption which files are not uploaded and which are in progress', () => {
  const files = request('a.mp4', 'b.mp4', 'c d.mp4', 'e.mp4');
  files.reportUploaded('a.mp4', '1');
  files.reportUploaded('e.mp4', '1');
  files.reportSent('b.mp4', 43);
  expect(files.describeInterruption([{ key: 'a.mp4', state: 'encoding 12%' }], writeCommand)).toEqual([
    'Not uploaded: b.mp4 (43% sent), c d.mp4 (not started)',
    'To upload again: start /videos/b.mp4 /videos/c d.mp4',
    'Still in progress; the next start continues from there: a.mp4 (encoding 12%), e.mp4 (uploaded)',
  ]);
});

test('names a bundled file as the option that uploads it', () => {
  const files = new RequestedFiles([{ path: '/project/video.mp4', key: 'Big Buck Bunny.mp4', argument: '--sample' }]);
  expect(files.describeInterruption([], writeCommand)[1]).toBe('To upload again: start --sample');
});

test('says nothing after an interruption that left nothing undone', () => {
  const files = request('a.mp4');
  files.reportUploaded('a.mp4', '1');
  files.reportEnd(end('a.mp4'));
  expect(files.describeInterruption([], writeCommand)).toEqual([]);
});
