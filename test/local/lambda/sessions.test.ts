import { InvokeCommand } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { type Laptop, startLaptop } from '../../support/local/laptop.ts';

const SOURCE = 'export const handler = async () => ({ pid: process.pid, key: process.env.AWS_ACCESS_KEY_ID });';
const resultSchema = z.object({ pid: z.number(), key: z.string() });

async function invokeTwice(laptop: Laptop) {
  const FunctionName = await laptop.provisionFunction('Session', SOURCE, { Timeout: 10 });
  const invoke = async () => {
    const { Payload } = await laptop.lambdaClient.send(new InvokeCommand({ FunctionName }));
    return resultSchema.parse(JSON.parse(Payload?.transformToString() ?? ''));
  };
  return { first: await invoke(), second: await invoke() };
}

test('a process runs again while its session lasts', async () => {
  const laptop = await startLaptop();
  const { first, second } = await invokeTwice(laptop);
  await laptop.remove();
  expect(second).toEqual(first);
});

test('a process whose session may end during an invocation is replaced by one with a new session', async () => {
  const laptop = await startLaptop({}, undefined, { sessionMs: 1 });
  const { first, second } = await invokeTwice(laptop);
  await laptop.remove();
  expect(second.pid).not.toBe(first.pid);
  expect(second.key).not.toBe(first.key);
});
