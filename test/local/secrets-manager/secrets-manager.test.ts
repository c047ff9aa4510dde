import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { startLaptop, type Laptop } from '../../support/local/laptop.ts';

let laptop: Laptop;
beforeEach(async () => {
  laptop = await startLaptop();
});
afterEach(() => laptop.remove());

async function valueOf(SecretId: string, more: object = {}): Promise<string | undefined> {
  return (await laptop.secretsClient.send(new GetSecretValueCommand({ SecretId, ...more }))).SecretString;
}

function put(SecretId: string, SecretString: string, more: object = {}): Promise<{ VersionId?: string | undefined }> {
  return laptop.secretsClient.send(new PutSecretValueCommand({ SecretId, SecretString, ...more }));
}

test('has no value until one is put', async () => {
  const { ref } = await laptop.provision('AWS::SecretsManager::Secret', 'SigningKey', { Name: 'app/signing-key' });
  await expect(valueOf(ref)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await put(ref, 'one');
  expect(await valueOf(ref)).toBe('one');
  expect(await valueOf('app/signing-key')).toBe('one');
});

test('keeps the replaced value as AWSPREVIOUS, and no earlier ones', async () => {
  const { ref } = await laptop.provision('AWS::SecretsManager::Secret', 'Secret', { SecretString: 'one' });
  const { VersionId: second } = await put(ref, 'two');
  const { VersionId: third } = await put(ref, 'three');
  expect(await valueOf(ref)).toBe('three');
  expect(await valueOf(ref, { VersionStage: 'AWSPREVIOUS' })).toBe('two');
  expect(await valueOf(ref, { VersionId: second })).toBe('two');
  const { VersionIdsToStages: stages } = await laptop.secretsClient.send(new DescribeSecretCommand({ SecretId: ref }));
  expect(stages).toEqual({ [String(second)]: ['AWSPREVIOUS'], [String(third)]: ['AWSCURRENT'] });
});

test('creates no second version for a retry, and rejects another value under its token', async () => {
  const { ref } = await laptop.provision('AWS::SecretsManager::Secret', 'Secret', { SecretString: 'one' });
  const ClientRequestToken = '0123456789abcdef0123456789abcdef';
  await put(ref, 'two', { ClientRequestToken });
  await put(ref, 'two', { ClientRequestToken });
  expect(await valueOf(ref, { VersionStage: 'AWSPREVIOUS' })).toBe('one');
  await expect(put(ref, 'three', { ClientRequestToken })).rejects.toMatchObject({ name: 'ResourceExistsException' });
});

test("generates a password with the template's options, and keeps it across restarts", async () => {
  const properties = {
    GenerateSecretString: {
      SecretStringTemplate: '{"username":"sluice"}',
      GenerateStringKey: 'password',
      PasswordLength: 40,
      ExcludePunctuation: true,
      ExcludeCharacters: 'abc123',
    },
  };
  const { ref } = await laptop.provision('AWS::SecretsManager::Secret', 'Secret', properties);
  const attach = (): Promise<unknown> =>
    laptop.provision('AWS::SecretsManager::SecretTargetAttachment', 'Attachment', {
      SecretId: ref,
      TargetId: 'cluster-1',
      TargetType: 'AWS::RDS::DBCluster',
    });
  await attach();
  const before = await valueOf(ref);
  const { username, password, engine, dbClusterIdentifier } = z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(String(before)));
  expect({ username, engine, dbClusterIdentifier }).toEqual({
    username: 'sluice',
    engine: 'postgres',
    dbClusterIdentifier: 'cluster-1',
  });
  expect(password).toMatch(/^(?=.*[d-z])(?=.*[A-Z])(?=.*[04-9])[d-zA-Z04-9]{40}$/);
  await laptop.stop();
  laptop = await startLaptop({}, laptop.dir);
  expect((await laptop.provision('AWS::SecretsManager::Secret', 'Secret', properties)).ref).toBe(ref);
  await attach();
  expect(await valueOf(ref)).toBe(before);
});

test('makes secrets readable by their owner only', async () => {
  await laptop.secretsClient.send(new CreateSecretCommand({ Name: 'app/key', SecretString: 'precious' }));
  const dir = join(laptop.dir, 'secrets');
  const files = await readdir(dir);
  expect(files).toHaveLength(1);
  for (const path of [dir, ...files.map((file) => join(dir, file))]) expect((await stat(path)).mode & 0o077).toBe(0);
});

test('creates a secret once, and returns binary values unchanged', async () => {
  const SecretBinary = new Uint8Array([0, 1, 255]);
  const { ARN } = await laptop.secretsClient.send(new CreateSecretCommand({ Name: 'app/key', SecretBinary }));
  const found = await laptop.secretsClient.send(new GetSecretValueCommand({ SecretId: ARN }));
  expect(found).toMatchObject({ Name: 'app/key', SecretBinary, VersionStages: ['AWSCURRENT'] });
  expect(found.CreatedDate).toBeInstanceOf(Date);
  await expect(
    laptop.secretsClient.send(new CreateSecretCommand({ Name: 'app/key', SecretString: 'x' })),
  ).rejects.toMatchObject({ name: 'ResourceExistsException' });
  await expect(valueOf('../../../etc/passwd')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
