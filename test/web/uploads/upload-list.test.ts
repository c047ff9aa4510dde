import { browser, type StandInResponse } from '../../support/web/browser-stand-in.ts';
import type { Video } from '../../../lambdas/contracts/api/video.ts';
import { sessionState } from '../../../web/session/session.ts';
import { loadSavedUploads } from '../../../web/uploads/saved-uploads.ts';
import {
  resumeUpload,
  failedUploads,
  hasUnkeptUploads,
  hasUnsentFiles,
  retryFailed,
  startUploads,
  uploadFiles,
  trayUploads,
} from '../../../web/uploads/upload-list.ts';

function signedIn(id: string) {
  return (sessionState.value = { kind: 'signed-in', session: { id, name: id, role: 'uploader' } });
}

function sessionEnds() {
  return (sessionState.value = { kind: 'signed-out', ended: true });
}

function videoFile(name: string): File {
  return new File(['film'], name, { lastModified: 1000 });
}

function names(): string[] {
  return trayUploads.value.map(({ fileName }) => fileName);
}

function phases(): string[] {
  return trayUploads.value.map(({ phase }) => phase.value);
}

/** Lets pending work run as far as it can without advancing the time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}

const rejected: StandInResponse = { status: 403, body: { code: 'forbidden', detail: 'No.' } };

beforeAll(startUploads);
beforeEach(() => {
  browser.reset();
  browser.respond = () => new Promise(() => undefined);
});
afterEach(async () => {
  // Leave no work and no lock for the next test.
  sessionEnds();
  await settle();
  for (const upload of trayUploads.value) upload.forget();
  trayUploads.value = [];
});

test('saves waiting files as well as those being sent', () => {
  signedIn('me');
  uploadFiles(['a', 'b', 'c', 'd', 'e'].map(videoFile));
  expect(phases().filter((phase) => phase === 'waiting').length).toBeGreaterThan(0);
  expect(loadSavedUploads('me').map(({ fileName }) => fileName)).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test.each(['full', 'blocked'] as const)('sends files although the browser storage is %s, and says so', async (state) => {
  browser.storageState = state;
  signedIn('me');
  uploadFiles([videoFile('a')]);
  await settle();
  expect([phases(), browser.lines(), hasUnkeptUploads.value]).toEqual([['sending'], ['POST /api/uploads'], true]);
});

test('does not warn about storage that keeps every upload', async () => {
  signedIn('me');
  uploadFiles([videoFile('a'), new File([], 'empty')]);
  await settle();
  expect(hasUnkeptUploads.value).toBe(false);
});

test('pauses uploads when the session ends and resumes them when the same user returns', async () => {
  signedIn('me');
  uploadFiles([videoFile('a'), videoFile('b')]);
  await settle();
  sessionEnds();
  await settle();
  expect(phases()).toEqual(['paused', 'paused']);
  expect(hasUnsentFiles.value).toBe(true);
  browser.requests.length = 0;
  signedIn('me');
  await settle();
  expect(phases()).toEqual(['sending', 'sending']);
  expect(browser.lines()).toEqual(['POST /api/uploads', 'POST /api/uploads']);
});

test('hides uploads from another user and offers them to their owner later', async () => {
  signedIn('me');
  uploadFiles([videoFile('a')]);
  await settle();
  sessionEnds();
  signedIn('another');
  await settle();
  expect(names()).toEqual([]);
  sessionEnds();
  signedIn('me');
  await settle();
  expect([names(), phases()]).toEqual([['a'], ['interrupted']]);
  uploadFiles([videoFile('a')]);
  await settle();
  expect([names(), phases()]).toEqual([['a'], ['sending']]);
});

test('retries all failed uploads together', async () => {
  browser.respond = () => rejected;
  signedIn('me');
  uploadFiles([videoFile('a'), videoFile('b')]);
  await settle();
  expect(failedUploads.value).toHaveLength(2);
  browser.respond = () => new Promise(() => undefined);
  retryFailed();
  await settle();
  expect(phases()).toEqual(['sending', 'sending']);
});

test('resumes a video’s upload in a browser that did not start it', async () => {
  signedIn('me');
  const source = { fileName: 'a', sizeBytes: 4 };
  const video = { id: 'v', uploadId: 'u', visibility: 'private', source } as Video;
  expect(resumeUpload(video, videoFile('b'))).toBe(false);
  expect(names()).toEqual([]);
  expect(resumeUpload(video, videoFile('a'))).toBe(true);
  await settle();
  expect(phases()).toEqual(['sending']);
  expect(browser.lines()).toEqual(['GET /api/uploads/u']);
});
