import '../../support/web/browser-stand-in.ts';
import { FileUpload } from '../../../web/uploads/file-upload.ts';
import { makeSavedUpload } from '../../../web/uploads/saved-uploads.ts';
import { describeOutcome, describeProgress } from '../../../web/uploads/upload-announcements.ts';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('announcements of uploads', () => {
  const sending = (name: string, sent: number): FileUpload => {
    const one = new FileUpload(makeSavedUpload(new File(['12345678'], name), 'me', 'private'));
    one.phase.value = 'sending';
    one.sentBytes.value = sent;
    return one;
  };

  const describeSingle = (one: FileUpload, fraction: number): string | null => describeProgress([one], fraction, [one]);

  test('name a single file at each quarter', () => {
    const texts = [0, 1, 2, 3, 4].map((sent) => describeSingle(sending('a.mp4', sent), sent / 8));
    expect(texts[0]).toBe('Upload of a.mp4 started');
    expect(texts[1]).toBe(texts[0]);
    expect(texts[2]).toBe('a.mp4: 25% uploaded');
    expect(texts[4]).toBe('a.mp4: 50% uploaded');
  });

  test('summarize several files, and not at each percent', () => {
    const batch = [sending('a.mp4', 1), sending('b.mp4', 7), sending('c.mp4', 2)];
    const texts = [0.26, 0.3, 0.49].map((fraction) => describeProgress(batch, fraction, batch));
    expect(new Set(texts)).toEqual(new Set(['Uploading 3 files, 25%']));
    for (const one of batch) one.phase.value = 'sent';
    expect(describeProgress(batch, 1, batch)).toBe('All uploads complete');
  });

  test('name what went wrong when the last of several files has ended', () => {
    const [one, two] = [sending('a.mp4', 8), sending('b.mp4', 8)];
    one.phase.value = 'sent';
    two.phase.value = 'failed';
    expect(describeProgress([one], 1, [one, two])).toBe('1 uploaded\u00A0· 1 upload needs attention');
  });

  test('report each outcome independently', () => {
    const upload = sending('a.mp4', 8);
    expect(describeOutcome(upload)).toBeNull();
    upload.start(new File([], 'a.mp4'));
    upload.video.value = { status: 'rejected' } as typeof upload.video.value;
    expect(describeOutcome(upload)).toBe('a.mp4 could not be processed');
  });
});
