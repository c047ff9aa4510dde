import { createTrayUpload } from '../../support/web/tray-uploads.ts';
import { serverTime, setServerClock } from '../../../web/api/server-clock.ts';
import { trayUploads } from '../../../web/uploads/upload-list.ts';
import { getVideoProgress, MAX_SILENCE_MS, statusText } from '../../../web/video/progress.ts';

const changedAt = '2026-03-20T12:00:00.000Z';
const uploading = { id: 'v', status: 'uploading', percent: null, changedAt } as const;

function silentFor(milliseconds: number): void {
  serverTime.value = Date.parse(changedAt) + milliseconds;
}

beforeEach(() => silentFor(0));
afterEach(() => (trayUploads.value = []));

describe('an upload that this page does not have', () => {
  test('reads “Uploading” until its client has been silent for too long', () => {
    silentFor(MAX_SILENCE_MS);
    expect([statusText(uploading), getVideoProgress(uploading).advancing]).toEqual(['Uploading', false]);
    silentFor(MAX_SILENCE_MS + 1);
    expect([statusText(uploading), getVideoProgress(uploading).interrupted]).toEqual(['Upload interrupted', true]);
  });

  test('is measured by the clock of the server', () => {
    setServerClock(new Headers({ date: 'Fri, 20 Mar 2026 12:01:00 GMT' }));
    expect(statusText(uploading)).toBe('Uploading');
    setServerClock(new Headers({ date: 'Fri, 20 Mar 2026 12:09:00 GMT' }));
    expect(statusText(uploading)).toBe('Upload interrupted');
  });
});

describe('an upload of this page', () => {
  test.each([
    ['sending', 'Uploading'],
    ['waiting', 'Uploading'],
    ['finishing', 'Uploading'],
    ['interrupted', 'Upload interrupted'],
    ['failed', 'Upload interrupted'],
    ['paused', 'Upload interrupted'],
  ] as const)('in phase %s reads “%s”, however recent its last request is', (phase, text) => {
    const upload = createTrayUpload('a', phase);
    upload.videoId.value = 'v';
    trayUploads.value = [upload];
    expect(statusText(uploading)).toBe(text);
  });

  test('keeps the progress that it had when it was interrupted', () => {
    const upload = createTrayUpload('a', 'interrupted');
    upload.videoId.value = 'v';
    upload.sentBytes.value = 1;
    trayUploads.value = [upload];
    expect(getVideoProgress(uploading)).toMatchObject({ percent: 25, advancing: false });
  });
});

test('other statuses are never interrupted, however long ago the video has changed', () => {
  silentFor(100 * MAX_SILENCE_MS);
  expect(statusText({ ...uploading, status: 'transcoding', percent: 42 })).toBe('Encoding 42%');
  expect(statusText({ ...uploading, status: 'uploaded' })).toBe('Queued');
});
