import type { Resource } from '../../../local/cloud/resource.ts';
import { CustomResources } from '../../../local/template/custom-resources.ts';
import { PartlyCreatedError } from '../../../local/template/stack-errors.ts';

interface Request {
  readonly RequestType: string;
  readonly RequestId: string;
  readonly ResponseURL: string;
  readonly ResourceProperties: Record<string, unknown>;
  readonly PhysicalResourceId?: string;
}

type Invoke = (functionArn: string, payload: unknown) => Promise<void>;

const success = { Status: 'SUCCESS', PhysicalResourceId: 'keys-1', Data: { Pem: 'public' } };

async function put(url: string, response: object): Promise<number> {
  return (await fetch(url, { method: 'PUT', body: JSON.stringify(response) })).status;
}

/** Replaces the function behind a service token: sends the given responses to the response URL. */
function responding(...responses: readonly object[]): { requests: Request[]; statuses: number[]; invoke: Invoke } {
  const requests: Request[] = [];
  const statuses: number[] = [];
  return {
    requests,
    statuses,
    invoke: async (_arn, payload) => {
      const request = payload as Request;
      requests.push(request);
      for (const response of responses) statuses.push(await put(request.ResponseURL, response));
    },
  };
}

function resource(properties: Record<string, unknown>): Resource {
  return {
    stack: 'Stack',
    logicalId: 'Keys',
    type: 'Custom::Keys',
    properties: { ServiceToken: 'arn:function', ...properties },
    physicalName: 'stack-keys',
  };
}

let resources: CustomResources | undefined;

function open(invoke: Invoke, startTimer?: (seconds: number, onEnd: () => void) => { cancel(): void }): CustomResources {
  resources = new CustomResources({ invoke, ...(startTimer && { startTimer }) });
  return resources;
}

afterEach(() => resources?.close());

test('sends scalars as text, and the old properties and the physical id with an update', async () => {
  const { requests, invoke } = responding(success);
  const custom = open(invoke);

  expect(await custom.create(resource({ Size: 1, ServiceTimeout: 5 }))).toEqual({ ref: 'keys-1', attributes: { Pem: 'public' } });
  await custom.update(resource({ Size: 2 }), resource({ Size: 1, ServiceTimeout: 5 }), 'keys-1');
  await custom.delete(resource({ Size: 2 }), 'keys-1');

  expect(requests.map(({ RequestType }) => RequestType)).toEqual(['Create', 'Update', 'Delete']);
  expect(requests[0]?.ResourceProperties).toEqual({ ServiceToken: 'arn:function', Size: '1' });
  expect(requests[0]?.PhysicalResourceId).toBeUndefined();
  expect(requests[1]).toMatchObject({
    PhysicalResourceId: 'keys-1',
    OldResourceProperties: { ServiceToken: 'arn:function', Size: '1' },
  });
  expect(requests[2]).toMatchObject({ PhysicalResourceId: 'keys-1', ResourceProperties: { Size: '2' } });
});

test("fails with the function's reason, and with the id of what must be deleted", async () => {
  const custom = open(responding({ ...success, Status: 'FAILED', Reason: 'no room' }).invoke);
  const failure: unknown = await custom.create(resource({})).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(PartlyCreatedError);
  expect(failure).toMatchObject({ message: 'no room', ref: 'keys-1' });
  await expect(custom.delete(resource({}), 'keys-1')).rejects.toThrow('no room');
});

test('invokes a function that dies three times with the same request, and then fails', async () => {
  const requests: Request[] = [];
  const custom = open((_arn, payload) => {
    requests.push(payload as Request);
    return Promise.reject(new Error('Runtime.ExitError'));
  });
  const failed = custom.create(resource({ ServiceTimeout: 600 }));
  await expect(failed).rejects.toMatchObject({
    message: 'The function sent no response within 600 s: Runtime.ExitError',
    ref: 'stack-keys',
  });
  expect(requests).toHaveLength(3);
  expect(new Set(requests.map(({ RequestId, ResponseURL }) => RequestId + ResponseURL)).size).toBe(1);
});

test('accepts the response of a second attempt', async () => {
  let attempts = 0;
  const { invoke } = responding(success);
  const custom = open((arn, payload) => {
    attempts += 1;
    return attempts === 1 ? Promise.reject(new Error('Runtime.ExitError')) : invoke(arn, payload);
  });
  expect(await custom.create(resource({}))).toMatchObject({ ref: 'keys-1' });
});

test('takes the first of two responses', async () => {
  const { invoke, statuses } = responding(success, { ...success, Status: 'FAILED', PhysicalResourceId: 'keys-2' });
  const ended = Promise.withResolvers<void>();
  const custom = open((arn, payload) => invoke(arn, payload).finally(ended.resolve));
  expect(await custom.create(resource({}))).toEqual({ ref: 'keys-1', attributes: { Pem: 'public' } });
  await ended.promise;
  expect(statuses).toEqual([200, 200]);
});

test('fails at the end of ServiceTimeout, and ignores the response that comes later', async () => {
  const requests: Request[] = [];
  const timers: number[] = [];
  const invoked = Promise.withResolvers<void>();
  const custom = open(
    async (_arn, payload) => {
      requests.push(payload as Request);
      invoked.resolve();
    },
    (seconds, onEnd) => {
      timers.push(seconds);
      void invoked.promise.then(onEnd);
      return { cancel: () => undefined };
    },
  );
  await expect(custom.create(resource({ ServiceTimeout: '30' }))).rejects.toThrow('sent no response within 30 s');
  expect(timers).toEqual([30]);
  expect(await put(String(requests[0]?.ResponseURL), success)).toBe(200);
});

test('waits an hour without ServiceTimeout', async () => {
  const timers: number[] = [];
  const custom = open(responding(success).invoke, (seconds) => {
    timers.push(seconds);
    return { cancel: () => undefined };
  });
  await custom.create(resource({}));
  expect(timers).toEqual([3600]);
});

test.each<[string, object, RegExp]>([
  ['is longer than 4096 bytes', { ...success, Data: { Long: 'x'.repeat(4096) } }, /too long/],
  ['has no physical id', { Status: 'SUCCESS' }, /PhysicalResourceId/],
])('fails when a response %s', async (_, response, message) => {
  const custom = open(responding(response).invoke);
  await expect(custom.create(resource({}))).rejects.toThrow(message);
});
