import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Resource } from '../../../local/cloud/resource.ts';
import { CustomResources } from '../../../local/template/custom-resources.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'custom-resources-'))));
afterEach(() => rmSync(directory, { recursive: true }));

interface Request {
  readonly RequestType: string;
  readonly ResponseURL: string;
  readonly ResourceProperties: Record<string, unknown>;
  readonly PhysicalResourceId?: string;
}

/** Replaces the function behind a service token: sends the given response to the response URL. */
function responding(response: object): {
  requests: Request[];
  invoke: (arn: string, payload: unknown) => Promise<void>;
} {
  const requests: Request[] = [];
  return {
    requests,
    invoke: async (_arn, payload) => {
      const request = payload as Request;
      requests.push(request);
      await fetch(request.ResponseURL, { method: 'PUT', body: JSON.stringify(response) });
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

const success = { Status: 'SUCCESS', PhysicalResourceId: 'keys-1', Data: { Pem: 'public' } };

test('creates a resource once, and updates it when its properties change', async () => {
  const { requests, invoke } = responding(success);
  const open = (): CustomResources => new CustomResources({ file: join(directory, 'state.json'), invoke });

  expect(await open().provision(resource({ Size: 1 }))).toEqual({ ref: 'keys-1', attributes: { Pem: 'public' } });
  expect(await open().provision(resource({ Size: 1 }))).toEqual({ ref: 'keys-1', attributes: { Pem: 'public' } });
  await open().provision(resource({ Size: 2 }));

  expect(requests.map(({ RequestType }) => RequestType)).toEqual(['Create', 'Update']);
  expect(requests[0]?.ResourceProperties['Size']).toBe('1');
  expect(requests[1]).toMatchObject({ PhysicalResourceId: 'keys-1', OldResourceProperties: { Size: '1' } });
});

test("fails with the function's reason, and retries at the next start", async () => {
  const file = join(directory, 'state.json');
  const failing = new CustomResources({
    file,
    invoke: responding({ ...success, Status: 'FAILED', Reason: 'no room' }).invoke,
  });
  await expect(failing.provision(resource({}))).rejects.toThrow('Custom::Keys Stack/Keys failed: no room');

  const { requests, invoke } = responding(success);
  await new CustomResources({ file, invoke }).provision(resource({}));
  expect(requests[0]?.RequestType).toBe('Create');
});

test('fails when the function crashes without a response', async () => {
  const invoke = (): Promise<void> => Promise.reject(new Error('Runtime.ExitError'));
  const resources = new CustomResources({ file: join(directory, 'state.json'), invoke });
  await expect(resources.provision(resource({}))).rejects.toThrow('Runtime.ExitError');
});
