import { generateKeyPairSync } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { privateKeyReader } from '../../../lambdas/signing/private-key.ts';
import { SecretServer } from '../../support/secret-server.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

describe('the private key', () => {
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

  test('is read once, and read again after a failure', async () => {
    const read = privateKeyReader(client, 'arn');
    await expect(read()).rejects.toThrow('no value');
    server.current = JSON.stringify({ privateKeyPem: privateKey, publicKeyPem: publicKey });
    expect(await read()).toBe(privateKey);
    server.current = undefined;
    expect(await read()).toBe(privateKey);
  });

  test('is not quoted if the secret is damaged', async () => {
    server.current = `${privateKey} damaged`;
    const error: unknown = await privateKeyReader(client, 'arn')().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'signing_key_unreadable' });
    expect(String((error as Error).stack)).not.toContain(privateKey.split('\n')[1]);
    expect((error as Error).cause).toBeUndefined();
  });
});
