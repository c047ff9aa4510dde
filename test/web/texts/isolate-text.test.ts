import { isolateText } from '../../../web/texts/isolate-text.ts';

test('isolates a name within a sentence, which the name cannot end', () => {
  expect(isolateText('סרט.mp4')).toBe('\u2068סרט.mp4\u2069');
  expect(isolateText('a\u2069\u202Eb\u200F')).toBe('\u2068ab\u200F\u2069');
});
