import { chooseLanguage } from '../../../web/texts/language.ts';

test.each([
  [['ko-KR', 'en-US'], 'ko'],
  [['fr-FR', 'ko', 'en'], 'ko'],
  [['EN-gb', 'ko'], 'en'],
  [['fr', 'ja'], 'en'],
  [[], 'en'],
])('for %j chooses the language %s', (preferred, language) => {
  expect(chooseLanguage(preferred)).toBe(language);
});
