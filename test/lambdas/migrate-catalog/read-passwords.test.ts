import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretsManagerService } from '../../../local/secrets-manager/service.ts';
import { readPasswords, RoleSecretError } from '../../../lambdas/migrate-catalog/read-passwords.ts';
import { serveServices, type ServedServices } from '../../support/local/serve-services.ts';

let served: ServedServices;
let client: SecretsManagerClient;
beforeAll(async () => {
  served = await serveServices([secretsManagerService]);
  client = new SecretsManagerClient(served.client);
});
afterAll(async () => {
  client.destroy();
  await served.remove();
});

/** Creates a secret. @returns its ARN */
function store(name: string, secretString: string): string {
  const secrets = served.instanceOf(secretsManagerService);
  const { arn } = secrets.open(name);
  secrets.put(arn, { secretString });
  return arn;
}

test('reads the password of each role from its own secret', async () => {
  const chain = store('chain', '{"username":"sluice_chain","password":"one"}');
  const api = store('api', '{"username":"sluice_api","password":"two"}');
  expect(await readPasswords(client, { chain, api })).toEqual({ chain: 'one', api: 'two' });
});

test.each([
  ['of another role', '{"username":"sluice_api","password":"hidden"}'],
  ['without a password', '{"username":"sluice_chain"}'],
  ['with a password that PostgreSQL would normalize', '{"username":"sluice_chain","password":"hidden\u00e9"}'],
  ['that is not JSON', '{"password":"hidden"'],
])('refuses a secret %s, without showing it', async (_, secretString) => {
  const chain = store('broken', secretString);
  const api = store('api', '{"username":"sluice_api","password":"two"}');
  const failure = await readPasswords(client, { chain, api }).catch((error: unknown) => error as Error);
  expect(failure).toBeInstanceOf(RoleSecretError);
  expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('hidden');
});
