import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { edgeRecognizer } from '../../../lambdas/api/edge-requests.ts';
import { pinSecret } from '../../../lambdas/origin-secret/pin-secret.ts';
import { SecretServer } from '../../support/secret-server.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:Origin-AbCdEf';

let server: SecretServer;
let client: SecretsManagerClient;

beforeEach(async () => {
  server = new SecretServer();
  const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret' };
  client = new SecretsManagerClient({ endpoint: await server.start(), region: 'us-east-1', credentials });
});

afterEach(async () => {
  client.destroy();
  await server.stop();
});

test('returns the version of the secret, and a digest by which the API recognizes it', async () => {
  server.current = 'generated';
  const { versionId, digest } = await pinSecret(client, ARN);
  expect(versionId).toBe('current');
  expect(digest).not.toContain('generated');
  expect(edgeRecognizer(digest)('generated')).toBe(true);
});

test('fails for an empty secret, whose digest everyone knows', async () => {
  server.current = '';
  await expect(pinSecret(client, ARN)).rejects.toMatchObject({ code: 'origin_secret_missing' });
});
