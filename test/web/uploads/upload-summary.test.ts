import { createTrayUpload as make } from '../../support/web/tray-uploads.ts';
import { summarizeUploads } from '../../../web/uploads/upload-summary.ts';

function rejected(name: string) {
  return make(name, 'sent', { status: 'rejected' });
}

function ready(name: string) {
  return make(name, 'sent', { status: 'ready' });
}

describe('the summary of uploads', () => {
  test('claims completion only if every file was uploaded and accepted', () => {
    expect(summarizeUploads([ready('a'), make('b', 'sent', { status: 'transcoding' })], 1)).toBe('All uploads complete');
    expect(summarizeUploads([ready('a'), rejected('b')], 1)).toBe('1 uploaded\u00A0· 1 could not be used');
  });

  test('counts files that were refused, by the page or by the chain', () => {
    const refused = [rejected('a'), rejected('b'), make('c', 'failed', { content: '' })];
    expect(summarizeUploads(refused, 1)).toBe('3 could not be used');
    expect(summarizeUploads([ready('d'), ready('e'), ...refused], 1)).toBe('2 uploaded\u00A0· 3 could not be used');
  });

  test('counts what can be retried or resumed as needing attention', () => {
    expect(summarizeUploads([make('a', 'failed')], 1)).toBe('1 upload needs attention');
    const stuck = [make('a', 'failed'), make('b', 'interrupted'), make('c', 'sent', { status: 'failed' })];
    expect(summarizeUploads([...stuck, rejected('d')], 1)).toBe('1 could not be used\u00A0· 3 uploads need attention');
  });

  test('names problems while other files are still being uploaded or paused', () => {
    expect(summarizeUploads([make('a', 'sending'), make('b', 'waiting'), rejected('c')], 0.42)).toBe(
      'Uploading 2 files, 42%\u00A0· 1 could not be used',
    );
    expect(summarizeUploads([make('a', 'paused'), make('b', 'failed')], 0)).toBe(
      'Uploads paused\u00A0· 1 upload needs attention',
    );
  });

  test('is neutral while a canceled upload is being deleted', () => {
    expect(summarizeUploads([make('a', 'canceling')], 1)).toBe('Uploads');
  });
});
