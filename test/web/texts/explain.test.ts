import { explainIn } from '../../../web/texts/explain.ts';

test('explains an unknown code with its detail', () => {
  expect(explainIn('ko', 'something_new', 'It is new.')).toEqual({ what: 'It is new.', next: '' });
  expect(explainIn('en', 'something_new', null).what).toBe('something_new');
  expect(explainIn('en', 'constructor', 'Not a code.').what).toBe('Not a code.');
});
