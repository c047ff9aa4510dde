import { browser } from '../../support/web/browser-stand-in.ts';
import { isStorageBlocked, isStorageError, readStored, removeStored, writeStored } from '../../../web/shell/local-storage.ts';

beforeEach(() => browser.reset());

test('keeps a text until it is removed', () => {
  expect(writeStored('a', 'text')).toBe(true);
  expect(readStored('a')).toBe('text');
  removeStored('a');
  expect(readStored('a')).toBeNull();
});

test('reports that a text was not stored when the storage is full, and still reads what it holds', () => {
  writeStored('a', 'text');
  browser.storageState = 'full';
  expect(writeStored('b', 'text')).toBe(false);
  expect([readStored('a'), readStored('b')]).toEqual(['text', null]);
});

test('reads nothing and does not throw when the browser blocks storage', () => {
  browser.storageState = 'blocked';
  expect(writeStored('a', 'text')).toBe(false);
  expect(readStored('a')).toBeNull();
  expect(() => removeStored('a')).not.toThrow();
});

test('tells blocked storage from full and empty storage', () => {
  expect(isStorageBlocked()).toBe(false);
  browser.storageState = 'full';
  expect(isStorageBlocked()).toBe(false);
  browser.storageState = 'blocked';
  expect(isStorageBlocked()).toBe(true);
});

test('recognizes the errors of blocked and full storage, and no others', () => {
  const named = (name: string) => isStorageError(new DOMException('', name));
  expect([named('SecurityError'), named('QuotaExceededError'), named('AbortError')]).toEqual([true, true, false]);
  expect(isStorageError(new TypeError('Failed to fetch'))).toBe(false);
});
