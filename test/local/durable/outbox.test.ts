import { Outbox } from '../../../local/durable/outbox.ts';

/** Makes an outbox over a list, whose publications fail while `isDown`. */
function listOutbox(entries: string[]) {
  const state = { isDown: false, attempts: 0, published: [] as string[] };
  const outbox = new Outbox<string>({
    oldest: () => entries[0],
    publish: async (entry) => {
      state.attempts += 1;
      if (state.isDown) throw new Error('The bus is down.');
      state.published.push(entry);
    },
    remove: () => void entries.shift(),
  });
  return { outbox, state };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('publishes nothing before it starts, then entries in order, and removes them', async () => {
  const entries = ['a', 'b'];
  const { outbox, state } = listOutbox(entries);
  outbox.publishPending();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(state.published).toEqual([]);
  outbox.start();
  await until(() => entries.length === 0);
  entries.push('c');
  outbox.publishPending();
  await until(() => entries.length === 0);
  expect(state.published).toEqual(['a', 'b', 'c']);
  await outbox.stop();
});

test('retries an entry until it is published, before later entries', async () => {
  const entries = ['a', 'b'];
  const { outbox, state } = listOutbox(entries);
  state.isDown = true;
  outbox.start();
  await until(() => state.attempts === 2);
  state.isDown = false;
  await until(() => entries.length === 0);
  expect(state.published).toEqual(['a', 'b']);
  await outbox.stop();
});

test('keeps unpublished entries when it stops, and stops in the middle of a retry', async () => {
  const entries = ['a'];
  const { outbox, state } = listOutbox(entries);
  state.isDown = true;
  outbox.start();
  await until(() => state.attempts === 1);
  await outbox.stop();
  outbox.publishPending();
  expect(entries).toEqual(['a']);
  expect(state.attempts).toBe(1);
});

test('publishes an entry that is added in the moment in which the last one is done', async () => {
  const entries: string[] = [];
  const { outbox, state } = listOutbox(entries);
  outbox.start();
  for (let microtasks = 0; microtasks < 20; microtasks += 1) {
    entries.push('first');
    outbox.publishPending();
    for (let index = 0; index < microtasks; index += 1) await Promise.resolve();
    entries.push('second');
    outbox.publishPending();
    await new Promise((resolve) => setImmediate(resolve));
    expect(state.published.splice(0)).toEqual(['first', 'second']);
  }
  await outbox.stop();
});
