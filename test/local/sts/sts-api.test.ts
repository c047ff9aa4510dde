import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { startLaptop, type Laptop } from '../../support/local/laptop.ts';

let laptop: Laptop;
beforeEach(async () => {
  laptop = await startLaptop();
});
afterEach(() => laptop.remove());

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

async function call(
  credentials: Keys,
  parameters: Record<string, string>,
): Promise<{ status: number; body: string }> {
  const { hostname, port, host } = new URL(laptop.endpoint);
  const body = new URLSearchParams(parameters).toString();
  const request = new HttpRequest({
    method: 'POST',
    hostname,
    port: Number(port),
    path: '/',
    headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });
  const signer = new SignatureV4({ credentials, region: 'us-east-1', service: 'sts', sha256: Sha256 });
  const { headers } = await signer.sign(request);
  const response = await fetch(laptop.endpoint, { method: 'POST', headers, body });
  return { status: response.status, body: await response.text() };
}

function element(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>(.*?)</${name}>`).exec(xml)?.[1];
}

test('identifies the operator', async () => {
  const { status, body } = await call(laptop.credentials.operator(), {
    Action: 'GetCallerIdentity',
    Version: '2011-06-15',
  });
  expect(status).toBe(200);
  expect(element(body, 'Arn')).toBe('arn:aws:iam::000000000000:user/operator');
  expect(element(body, 'Account')).toBe('000000000000');
});

test('issues valid credentials of a role', async () => {
  const { attributes } = await laptop.provision('AWS::IAM::Role', 'Reader', { AssumeRolePolicyDocument: {} });
  const roleArn = String(attributes?.['Arn']);
  const { body } = await call(laptop.credentials.operator(), {
    Action: 'AssumeRole',
    RoleArn: roleArn,
    RoleSessionName: 'tester',
  });
  const keys = {
    accessKeyId: element(body, 'AccessKeyId') ?? '',
    secretAccessKey: element(body, 'SecretAccessKey') ?? '',
    sessionToken: element(body, 'SessionToken') ?? '',
  };
  expect(Date.parse(element(body, 'Expiration') ?? '')).toBeGreaterThan(Date.now());
  const identity = await call(keys, { Action: 'GetCallerIdentity' });
  expect(element(identity.body, 'Arn')).toBe('arn:aws:sts::000000000000:assumed-role/test-reader/tester');
  expect(element(identity.body, 'UserId')).toBe(`${String(attributes?.['RoleId'])}:tester`);
});

test('rejects a role that is not in the template', async () => {
  const { status, body } = await call(laptop.credentials.operator(), {
    Action: 'AssumeRole',
    RoleArn: 'arn:aws:iam::000000000000:role/nobody',
    RoleSessionName: 'tester',
  });
  expect({ status, code: element(body, 'Code') }).toEqual({ status: 403, code: 'AccessDenied' });
});
