import { openSource, REQUEST_LIMITS } from '../../media/open-source.ts';
import { limitTotals } from '../../media/limit-totals.ts';
import { SourceBudgetError, withinBudget } from '../../media/source-budget.ts';
import { sparseSource } from '../support/media/sparse-source.ts';

const GIBIBYTE = 1024 ** 3;

test('ends reading after a number of requests, wherever in the file they are', async () => {
  const file = sparseSource({ size: 29 * GIBIBYTE });
  const source = openSource(file);
  const read = async (): Promise<void> => {
    for (let offset = 0; offset < file.size; offset += 300_000) await source.read(offset, 16);
  };
  await expect(read()).rejects.toThrow(SourceBudgetError);
  expect(file.counted.reads).toBe(REQUEST_LIMITS.maxReads);
  expect(source.isExhausted()).toBe(true);
  await expect(source.read(file.size - 16, 16)).rejects.toThrow(SourceBudgetError);
});

test('ends reading after a number of bytes', async () => {
  const file = sparseSource({ size: 29 * GIBIBYTE });
  const source = limitTotals(file, { maxReads: 100, maxBytes: 1000, maxReadBytes: 400 });
  const read = async (): Promise<void> => {
    for (let offset = 0; offset < file.size; offset += 400) await source.read(offset, 400);
  };
  await expect(read()).rejects.toThrow('1000 bytes');
  expect(file.counted).toEqual({ reads: 2, bytes: 800 });
});

test('refuses a read that would fill the memory, and allows others after it', async () => {
  const file = sparseSource({ size: 29 * GIBIBYTE });
  const source = openSource(file);
  await expect(source.read(0, file.size)).rejects.toThrow(SourceBudgetError);
  expect(source.isExhausted()).toBe(false);
  expect(await source.read(GIBIBYTE, 16)).toHaveLength(16);
  expect(file.counted.reads).toBe(1);
});

test('counts the reads that the cache serves as steps', async () => {
  const file = sparseSource({ size: 1000 });
  const source = limitTotals(openSource(file), { maxReads: 3, maxBytes: 1000, maxReadBytes: 1000 });
  for (let count = 0; count < 3; count += 1) await source.read(0, 16);
  await expect(source.read(0, 16)).rejects.toThrow(SourceBudgetError);
  expect(file.counted.reads).toBe(1);
});

test('leaves facts unknown that the budget does not suffice to read, and no other error', async () => {
  expect(await withinBudget(() => Promise.resolve(1), undefined)).toBe(1);
  expect(await withinBudget(() => Promise.reject(new SourceBudgetError('too long')), undefined)).toBeUndefined();
  await expect(withinBudget(() => Promise.reject(new Error('no connection')), undefined)).rejects.toThrow('no connection');
});
