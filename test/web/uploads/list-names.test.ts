import '../../support/web/browser-stand-in.ts';
import { t } from '../../../web/texts/texts.ts';
import { listNames } from '../../../web/uploads/list-names.ts';

test('names everything that was left out, up to a number', () => {
  expect(listNames([], t.uploads.unreadableFiles)).toEqual([]);
  expect(listNames(['a.mp4'], t.uploads.unreadableFiles)).toEqual(['This file could not be read: “\u2068a.mp4\u2069”.']);
  const many = Array.from({ length: 10 }, (_, index) => `${index}`);
  const [text] = listNames(many, t.uploads.noVideosIn);
  expect(text).toMatch(/^No videos found in the folders “\u20680\u2069”, .*“\u20687\u2069” and 2 more\.$/);
});
