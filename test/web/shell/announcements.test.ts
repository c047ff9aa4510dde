import '../../support/web/browser-stand-in.ts';
import { announce, announcements } from '../../../web/shell/announcements.ts';

function texts(): string[] {
  return announcements.value.map(({ text }) => text);
}

beforeEach(() => {
  jest.useFakeTimers();
  announcements.value = [];
});
afterEach(() => jest.useRealTimers());

test('keeps announcements made at the same time, including equal texts, until they expire', () => {
  announce('One');
  announce('Two');
  announce('Two');
  expect(texts()).toEqual(['One', 'Two', 'Two']);
  jest.advanceTimersByTime(60_000);
  expect(texts()).toEqual([]);
});
