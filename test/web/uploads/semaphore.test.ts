import { Semaphore } from '../../../web/uploads/semaphore.ts';

describe('Semaphore', () => {
  const never = new AbortController().signal;

  test('runs no more than its slots allow, in order', async () => {
    const semaphore = new Semaphore(2);
    const started: number[] = [];
    const ends = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
    const all = ends.map((end, index) =>
      semaphore.use(() => {
        started.push(index);
        return end.promise;
      }, never),
    );
    await Promise.resolve();
    expect(started).toEqual([0, 1]);
    ends[1]?.resolve();
    await all[1];
    await Promise.resolve();
    expect(started).toEqual([0, 1, 2]);
    for (const end of ends) end.resolve();
    await Promise.all(all);
    expect(started).toEqual([0, 1, 2, 3]);
  });

  test('frees the slot of failed work and gives none to a canceled waiter', async () => {
    const semaphore = new Semaphore(1);
    const first = Promise.withResolvers<void>();
    const running = semaphore.use(() => first.promise, never);
    const canceling = new AbortController();
    const canceled = semaphore.use(() => Promise.resolve('ran'), canceling.signal);
    canceling.abort();
    await expect(canceled).rejects.toThrow('canceled while waiting');
    first.reject(new Error('failed'));
    await expect(running).rejects.toThrow('failed');
    await expect(semaphore.use(() => Promise.resolve('ran'), never)).resolves.toBe('ran');
  });
});
