import type { Resource } from '../../../local/cloud/resource.ts';
import { readReference } from '../../../local/secrets-manager/read-reference.ts';
import { SecretsManager } from '../../../local/secrets-manager/secrets-manager.ts';
import { resolveDynamicReferences } from '../../../local/template/dynamic-references.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let directory: string;
let secrets: SecretsManager;
let arn: string;
let versions: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'secrets-'));
  secrets = new SecretsManager(directory);
  ({ arn } = secrets.open('app/secret'));
  versions = ['{"password":"one"}', '{"password":"two"}'].map((secretString) => secrets.put(arn, { secretString }));
});
afterEach(() => rmSync(directory, { recursive: true }));

function resolve(value: unknown): unknown {
  const resource: Resource = { stack: 'S', logicalId: 'L', type: 'T', physicalName: 'p', properties: { value } };
  return resolveDynamicReferences(resource, (reference) => readReference(secrets, reference)).properties['value'];
}

test('resolves a secret by ARN or name, with its key, its stage or its version', () => {
  expect(resolve(`{{resolve:secretsmanager:${arn}:SecretString:::${versions[0]}}}`)).toBe('{"password":"one"}');
  expect(resolve(`{{resolve:secretsmanager:${arn}:SecretString:password::${versions[0]}}}`)).toBe('one');
  expect(resolve(`{{resolve:secretsmanager:${arn}:SecretString:password:AWSPREVIOUS}}`)).toBe('one');
  expect(resolve(`{{resolve:secretsmanager:${arn}:SecretString:password}}`)).toBe('two');
  expect(resolve(`{{resolve:secretsmanager:${arn}}}`)).toBe('{"password":"two"}');
  expect(resolve('{{resolve:secretsmanager:app/secret:SecretString:password::}}')).toBe('two');
});

test('resolves references anywhere in a property, and leaves other values as they are', () => {
  const value = [{ Name: 'a', Value: 'x-{{resolve:secretsmanager:app/secret:SecretString:password}}-y' }, 1, true, null, '{{a}}'];
  expect(resolve(value)).toEqual([{ Name: 'a', Value: 'x-two-y' }, 1, true, null, '{{a}}']);
});

test.each([
  ['an unknown secret', '{{resolve:secretsmanager:none:SecretString}}', "can't find the specified secret"],
  ['an unknown version', '{{resolve:secretsmanager:app/secret:SecretString:::none}}', 'VersionId: none'],
  ['an unknown key', '{{resolve:secretsmanager:app/secret:SecretString:none}}', 'has no key none'],
  ['another service', '{{resolve:ssm:parameter}}', 'does not support the dynamic reference {{resolve:ssm:parameter}}'],
])('reports %s', (_, reference, message) => {
  expect(() => resolve(reference)).toThrow(message);
});
