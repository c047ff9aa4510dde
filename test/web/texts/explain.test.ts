import { explainIn } from '../../../web/texts/explain.ts';

test('explains an unknown code with its detail', () => {
  expect(explainIn('ko', 'something_new', 'It is new.')).toEqual({ what: 'It is new.', next: '' });
  expect(explainIn('en', 'something_new', null).what).toBe('something_new');
  expect(explainIn('en', 'constructor', 'Not a code.').what).toBe('Not a code.');
});

test('explains the warning of a failed attempt', () => {
  expect(explainIn('en', 'sound_track_skipped', null).what).toMatch(/^A sound track was left out/);
  expect(explainIn('ko', 'sound_track_skipped', null).what).toMatch(/^오디오 트랙/);
});
