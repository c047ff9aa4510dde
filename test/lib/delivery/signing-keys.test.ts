import { at, functions, listOf, type PolicyStatement, resources, statementsOf, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const { delivery } = synthesizeTemplates();
const rotating = synthesizeTemplates({ signingKeys: { generations: [1, 2], current: 1 } }).delivery;
const rotated = synthesizeTemplates({ signingKeys: { generations: [1, 2], current: 2 } }).delivery;
const done = synthesizeTemplates({ signingKeys: { generations: [2], current: 2 } }).delivery;

function keysOf(template: typeof delivery) {
  return [...resources(template, 'AWS::CloudFront::PublicKey').keys()];
}

function secretsOf(template: typeof delivery) {
  return [...resources(template, 'AWS::SecretsManager::Secret').keys()];
}

function trustedBy(template: typeof delivery) {
  return [...resources(template, 'AWS::CloudFront::KeyGroup').values()].map(({ Properties }) => Properties['KeyGroupConfig']);
}

function signingEnv(template: typeof delivery) {
  return at(functions(template).get('playback'), 'resource', 'Properties', 'Environment', 'Variables');
}

test('the public half comes from the deployment’s own key pair, the private half is in its secret only', () => {
  const [pair] = resources(delivery, 'Custom::SigningKeyPair').keys();
  const [secret] = secretsOf(delivery);
  delivery.hasResourceProperties('Custom::SigningKeyPair', { SecretArn: { Ref: secret } });
  delivery.hasResourceProperties('AWS::CloudFront::PublicKey', {
    PublicKeyConfig: { EncodedKey: { 'Fn::GetAtt': [pair, 'PublicKeyPem'] } },
  });
});

test('a deployment does not hang on a key pair for longer than three attempts at it take', () => {
  const [pair] = resources(delivery, 'Custom::SigningKeyPair').values();
  const timeout = Number(functions(delivery).get('signing-key')?.resource.Properties['Timeout']);
  expect(Number(pair?.Properties['ServiceTimeout'])).toBeGreaterThan(3 * timeout);
  expect(Number(pair?.Properties['ServiceTimeout'])).toBeLessThan(3600);
});

test('playback signs with the current key, and names it', () => {
  expect(signingEnv(delivery)).toMatchObject({
    SIGNING_KEY_PAIR_ID: { Ref: keysOf(delivery)[0] },
    SIGNING_KEY_SECRET_ARN: { Ref: secretsOf(delivery)[0] },
  });
});

test('no function but playback and api, and the one that makes the pair, may read a private key', () => {
  for (const template of [delivery, rotated]) {
    const secrets = new Set(secretsOf(template));
    const readers = [...functions(template).keys()].filter((name) =>
      statementsOf(template, name).some((statement) => reads(statement, secrets)),
    );
    expect(readers.toSorted()).toEqual(['api', 'playback', 'signing-key']);
  }
});

test('playback may read the keys that the edge trusts and no other, before one signs and while one still does', () => {
  for (const template of [delivery, rotating, rotated, done]) {
    const readable = statementsOf(template, 'playback')
      .filter(({ Action }) => listOf(Action).includes('secretsmanager:GetSecretValue'))
      .flatMap(({ Resource }) => listOf(Resource));
    const own = readable.filter((resource) => at(resource, 'Ref') !== undefined);
    expect(own).toEqual(secretsOf(template).map((secret) => ({ Ref: secret })));
  }
});

test('the secret is in no environment, output or policy by value, only by its ARN', () => {
  const text = JSON.stringify(delivery.toJSON());
  expect(text).not.toContain('{{resolve:secretsmanager');
  expect(text).not.toContain('PRIVATE KEY');
});

test('rotation begins by trusting a new key beside the old one, which still signs', () => {
  const [first, second] = keysOf(rotating);
  expect(first).toBe(keysOf(delivery)[0]);
  expect(trustedBy(rotating)).toMatchObject([{ Items: [{ Ref: first }, { Ref: second }] }]);
  expect(signingEnv(rotating)).toMatchObject({ SIGNING_KEY_PAIR_ID: { Ref: first } });
});

test('then the new key signs while URLs of the old one still open', () => {
  expect(keysOf(rotated)).toEqual(keysOf(rotating));
  expect(trustedBy(rotated)).toEqual(trustedBy(rotating));
  expect(signingEnv(rotated)).toMatchObject({ SIGNING_KEY_PAIR_ID: { Ref: keysOf(rotated)[1] } });
});

test('and removing the old one touches nothing of the new one', () => {
  expect(keysOf(done)).toEqual([keysOf(rotated)[1]]);
  for (const type of ['AWS::CloudFront::PublicKey', 'Custom::SigningKeyPair', 'AWS::SecretsManager::Secret']) {
    for (const [id, resource] of resources(done, type)) expect(resource).toEqual(resources(rotated, type).get(id));
  }
});

test('the permission on a new secret is in force before its key pair is made', () => {
  const policies = [...resources(rotating, 'AWS::IAM::Policy').keys()].filter((id) => id.includes('Maker'));
  for (const { DependsOn } of resources(rotating, 'Custom::SigningKeyPair').values()) {
    expect(DependsOn).toEqual(expect.arrayContaining(policies));
  }
});

function reads({ Action, Resource }: PolicyStatement, secrets: ReadonlySet<string>): boolean {
  const covers = listOf(Resource).some((resource) => resource === '*' || secrets.has(String(at(resource, 'Ref'))));
  const action = /^(\*|secretsmanager:(\*|GetSecretValue|BatchGetSecretValue))$/;
  return covers && listOf(Action).some((name) => action.test(name));
}
