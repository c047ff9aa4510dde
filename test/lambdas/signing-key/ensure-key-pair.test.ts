import { createPublicKey, sign, verify } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ensureKeyPair } from '../../../lambdas/signing-key/ensure-key-pair.ts';
import { keySecret } from '../../../lambdas/signing-key/key-secret.ts';
import { signingKeySchema } from '../../../lambdas/contracts/signing-key.ts';
import { SecretServer } from '../../support/secret-server.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:SigningKey-AbCdEf';

let server: SecretServer;
let client: SecretsManagerClient;

beforeEach(async () => {
  server = new SecretServer();
  const endpoint = await server.start();
  const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret' };
  client = new SecretsManagerClient({ endpoint, region: 'us-east-1', credentials });
});

afterEach(async () => {
  client.destroy();
  await server.stop();
});

function ensure() {
  return ensureKeyPair(keySecret(client, ARN), ARN);
}

test('creates an ECDSA P-256 pair in the secret and returns its public key', async () => {
  const publicKeyPem = await ensure();
  const kept = signingKeySchema.parse(JSON.parse(server.current ?? ''));
  expect(publicKeyPem).toBe(kept.publicKeyPem);
  expect(createPublicKey(publicKeyPem).asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
  const signature = sign('sha256', Buffer.from('policy'), kept.privateKeyPem);
  expect(verify('sha256', Buffer.from('policy'), publicKeyPem, signature)).toBe(true);
});

test('returns the same key for every later request', async () => {
  const first = await ensure();
  expect(await ensure()).toBe(first);
  expect(server.versions.size).toBe(1);
});

test('replaces the generated password of a new secret', async () => {
  server.current = 'Xy!generated';
  expect(await ensure()).toContain('BEGIN PUBLIC KEY');
});

test('gives concurrent requests the same key', async () => {
  const keys = await Promise.all([ensure(), ensure(), ensure(), ensure()]);
  expect(new Set(keys).size).toBe(1);
  expect(JSON.parse(server.current ?? '')).toMatchObject({ publicKeyPem: keys[0] });
});

test('reports an overwritten pair instead of replacing it, which CloudFront would refuse', async () => {
  await ensure();
  server.current = '{"something":"else"}';
  await expect(ensure()).rejects.toMatchObject({ code: 'signing_key_lost' });
  expect(server.current).toBe('{"something":"else"}');
});
