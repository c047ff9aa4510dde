import { browser, type StandInResponse } from '../../support/web/browser-stand-in.ts';
import type { Video } from '../../../lambdas/contracts/api/video.ts';
import { sessionState } from '../../../web/session/session.ts';
import { savedUploadsOf } from '../../../web/uploads/saved-uploads.ts';
import {
  resumeUpload,
  failedUploads,
  hasUnsentFiles,
  retryFailed,
  startUploads,
  uploadFiles,
  uploads,
} from '../../../web/uploads/upload-list.ts';

function signedIn(id: string) {
  return (sessionState.value = { kind: 'signed-in', session: { id, name: id, role: 'uploader' } });
}

function sessionEnds() {
  return (sessionState.value = { kind: 'signed-out', ended: true });
}

function film(name: string): File {
  return new File(['film'], name, { lastModified: 1000 });
}

function names(): string[] {
  return uploads.value.map(({ fileName }) => fileName);
}

function phases(): string[] {
  return uploads.value.map(({ phase }) => phase.value);
}

/** Lets what is under way come as far as it comes without time going by. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}

const refused: StandInResponse = { status: 403, body: { code: 'forbidden', detail: 'No.' } };

beforeAll(startUploads);
beforeEach(() => {
  browser.reset();
  browser.answer = () => new Promise(() => undefined);
});
afterEach(async () => {
  // Nothing goes on, and nothing is held, for the next one.
  sessionEnds();
  await settle();
  for (const upload of uploads.value) upload.forget();
  uploads.value = [];
});

test('files that wait for their turn are kept as well as those that are being sent', () => {
  signedIn('me');
  uploadFiles(['a', 'b', 'c', 'd', 'e'].map(film));
  expect(phases().filter((phase) => phase === 'waiting').length).toBeGreaterThan(0);
  expect(savedUploadsOf('me').map(({ fileName }) => fileName)).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('when the session ends the tray stays, and all goes on when the same person is back', async () => {
  signedIn('me');
  uploadFiles([film('a'), film('b')]);
  await settle();
  sessionEnds();
  await settle();
  expect(phases()).toEqual(['paused', 'paused']);
  expect(hasUnsentFiles.value).toBe(true);
  browser.asked.length = 0;
  signedIn('me');
  await settle();
  expect(phases()).toEqual(['sending', 'sending']);
  expect(browser.lines()).toEqual(['POST /api/uploads', 'POST /api/uploads']);
});

test('another person sees nothing of them, and they are offered to their owner later', async () => {
  signedIn('me');
  uploadFiles([film('a')]);
  await settle();
  sessionEnds();
  signedIn('another');
  await settle();
  expect(names()).toEqual([]);
  sessionEnds();
  signedIn('me');
  await settle();
  expect([names(), phases()]).toEqual([['a'], ['interrupted']]);
  uploadFiles([film('a')]);
  await settle();
  expect([names(), phases()]).toEqual([['a'], ['sending']]);
});

test('those that failed can be tried again together', async () => {
  browser.answer = () => refused;
  signedIn('me');
  uploadFiles([film('a'), film('b')]);
  await settle();
  expect(failedUploads.value).toHaveLength(2);
  browser.answer = () => new Promise(() => undefined);
  retryFailed();
  await settle();
  expect(phases()).toEqual(['sending', 'sending']);
});

test('a video’s own upload is gone on with from a browser that knows nothing of it', async () => {
  signedIn('me');
  const source = { fileName: 'a', sizeBytes: 4 };
  const video = { id: 'v', uploadId: 'u', visibility: 'private', source } as Video;
  expect(resumeUpload(video, film('b'))).toBe(false);
  expect(names()).toEqual([]);
  expect(resumeUpload(video, film('a'))).toBe(true);
  await settle();
  expect(phases()).toEqual(['sending']);
  expect(browser.lines()).toEqual(['GET /api/uploads/u']);
});
