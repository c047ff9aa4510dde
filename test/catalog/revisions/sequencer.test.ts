import { comparableSequencer } from '../../../catalog/revisions/sequencer.ts';

test('sequencers of different lengths are compared from the left', () => {
  const [earlier, later] = ['0055AED6DCD90281E5', '0056'].map(comparableSequencer);
  expect(later! > earlier!).toBe(true);
});

test('zeros at the end and the case of digits make no difference', () => {
  expect(comparableSequencer('0055AE')).toBe(comparableSequencer('0055ae00'));
});
