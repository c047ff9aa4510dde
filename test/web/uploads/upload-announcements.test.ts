import '../../support/web/browser-stand-in.ts';
import { announce, announcements } from '../../../web/shell/announcements.ts';
import { FileUpload } from '../../../web/uploads/file-upload.ts';
import { savedUploadFromFile } from '../../../web/uploads/saved-uploads.ts';
import { outcomeAnnouncement, progressAnnouncement } from '../../../web/uploads/upload-announcements.ts';

function texts(): string[] {
  return announcements.value.map(({ text }) => text);
}

beforeEach(() => {
  jest.useFakeTimers();
  announcements.value = [];
});
afterEach(() => jest.useRealTimers());

test('pieces of news that come together are all there to be read, also the same words twice', () => {
  announce('One');
  announce('Two');
  announce('Two');
  expect(texts()).toEqual(['One', 'Two', 'Two']);
  jest.advanceTimersByTime(60_000);
  expect(texts()).toEqual([]);
});

describe('what is said of uploads', () => {
  const sending = (name: string, sent: number): FileUpload => {
    const one = new FileUpload(savedUploadFromFile(new File(['12345678'], name), 'me', 'private'));
    one.phase.value = 'sending';
    one.sentBytes.value = sent;
    return one;
  };

  test('one is spoken of by its name, at each quarter', () => {
    const said = [0, 1, 2, 3, 4].map((sent) => progressAnnouncement([sending('a.mp4', sent)], sent / 8));
    expect(said[0]).toBe('Upload of a.mp4 started');
    expect(said[1]).toBe(said[0]);
    expect(said[2]).toBe('a.mp4: 25% uploaded');
    expect(said[4]).toBe('a.mp4: 50% uploaded');
  });

  test('several are spoken of together, and not at each percent', () => {
    const round = [sending('a.mp4', 1), sending('b.mp4', 7), sending('c.mp4', 2)];
    const said = [0.26, 0.3, 0.49].map((fraction) => progressAnnouncement(round, fraction));
    expect(new Set(said)).toEqual(new Set(['Uploading 3 files, 25%']));
    for (const one of round) one.phase.value = 'sent';
    expect(progressAnnouncement(round, 1)).toBe('All uploads complete');
  });

  test('how one ends is said whatever the others do', () => {
    const one = sending('a.mp4', 8);
    expect(outcomeAnnouncement(one)).toBeNull();
    one.start(new File([], 'a.mp4'));
    one.video.value = { status: 'rejected' } as typeof one.video.value;
    expect(outcomeAnnouncement(one)).toBe('a.mp4 could not be processed');
  });
});
