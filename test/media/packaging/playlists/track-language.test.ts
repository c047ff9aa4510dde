import { audioNames, languageTag } from '../../../../media/packaging/playlists/track-language.ts';

test('languages have the shortest tag', () => {
  expect(['kor', 'deu', 'fre', 'und', 'yue', '', 'k-r'].map(languageTag)).toEqual(['ko', 'de', 'fr', 'und', 'yue', 'und', 'und']);
});

test('tracks of one language have different names', () => {
  expect(audioNames(['eng', 'kor', 'eng', 'und', 'und'])).toEqual(['English', 'Korean', 'English 2', 'Audio', 'Audio 2']);
});
