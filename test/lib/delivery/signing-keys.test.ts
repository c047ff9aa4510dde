import {
  at,
  functions,
  listOf,
  type PolicyStatement,
  resources,
  statementsOf,
  synthesizeTemplates,
} from '../../support/lib/synthesize.ts';

const { delivery } = synthesizeTemplates();
const rotating = synthesizeTemplates({ signingKeys: { generations: [1, 2], current: 1 } }).delivery;
const rotated = synthesizeTemplates({ signingKeys: { generations: [1, 2], current: 2 } }).delivery;
const done = synthesizeTemplates({ signingKeys: { generations: [2], current: 2 } }).delivery;

function keysOf(template: typeof delivery) {
  return [...resources(template, 'AWS::CloudFront::PublicKey').keys()];
}

function secretsOf(template: typeof delivery) {
  return [...resources(template, 'Custom::SigningKeyPair').values()].map(({ Properties }) => String(at(Properties, 'SecretArn', 'Ref')));
}

function trustedBy(template: typeof delivery) {
  return [...resources(template, 'AWS::CloudFront::KeyGroup').values()].map(
    ({ Properties }) => Properties['KeyGroupConfig'],
  );
}

function signingEnv(template: typeof delivery) {
  return at(functions(template).get('playback'), 'resource', 'Properties', 'Environment', 'Variables');
}

test('the public key comes from the deployment’s own key pair, whose private key exists only in its secret', () => {
  const [pair] = resources(delivery, 'Custom::SigningKeyPair').keys();
  const [secret] = secretsOf(delivery);
  delivery.hasResourceProperties('Custom::SigningKeyPair', { SecretArn: { Ref: secret } });
  delivery.hasResourceProperties('AWS::CloudFront::PublicKey', {
    PublicKeyConfig: { EncodedKey: { 'Fn::GetAtt': [pair, 'PublicKeyPem'] } },
  });
});

test('the service timeout of a key pair exceeds its three attempts but not an hour', () => {
  const [pair] = resources(delivery, 'Custom::SigningKeyPair').values();
  const timeout = Number(functions(delivery).get('signing-key')?.resource.Properties['Timeout']);
  expect(Number(pair?.Properties['ServiceTimeout'])).toBeGreaterThan(3 * timeout);
  expect(Number(pair?.Properties['ServiceTimeout'])).toBeLessThan(3600);
});

test('playback signs with the current key', () => {
  expect(signingEnv(delivery)).toMatchObject({
    SIGNING_KEY_PAIR_ID: { Ref: keysOf(delivery)[0] },
    SIGNING_KEY_SECRET_ARN: { Ref: secretsOf(delivery)[0] },
  });
});

test('only playback, the API, the link preview and the key generator may read a private key', () => {
  for (const template of [delivery, rotated]) {
    const secrets = new Set(secretsOf(template));
    const readers = [...functions(template).keys()].filter((name) =>
      statementsOf(template, name).some((statement) => mayRead(statement, secrets)),
    );
    expect(readers.toSorted()).toEqual(['api', 'link-preview', 'playback', 'signing-key']);
  }
});

test('playback may read exactly the keys that the edge trusts, throughout a rotation', () => {
  for (const template of [delivery, rotating, rotated, done]) {
    const readable = statementsOf(template, 'playback')
      .filter(({ Action }) => listOf(Action).includes('secretsmanager:GetSecretValue'))
      .flatMap(({ Resource }) => listOf(Resource));
    const own = readable.filter((resource) => at(resource, 'Ref') !== undefined);
    expect(own).toEqual(secretsOf(template).map((secret) => ({ Ref: secret })));
  }
});

test('templates refer to the secret only by its ARN', () => {
  const text = JSON.stringify(delivery.toJSON());
  for (const secret of secretsOf(delivery)) {
    expect(text).not.toContain(`"{{resolve:secretsmanager:",{"Ref":"${secret}"}`);
  }
  expect(text).not.toContain('PRIVATE KEY');
});

test('the first deployment of a rotation trusts both keys and signs with the old one', () => {
  const [first, second] = keysOf(rotating);
  expect(first).toBe(keysOf(delivery)[0]);
  expect(trustedBy(rotating)).toMatchObject([{ Items: [{ Ref: first }, { Ref: second }] }]);
  expect(signingEnv(rotating)).toMatchObject({ SIGNING_KEY_PAIR_ID: { Ref: first } });
});

test('the second deployment of a rotation signs with the new key and still trusts the old one', () => {
  expect(keysOf(rotated)).toEqual(keysOf(rotating));
  expect(trustedBy(rotated)).toEqual(trustedBy(rotating));
  expect(signingEnv(rotated)).toMatchObject({ SIGNING_KEY_PAIR_ID: { Ref: keysOf(rotated)[1] } });
});

test('the third deployment of a rotation removes the old key without changing the new one', () => {
  expect(keysOf(done)).toEqual([keysOf(rotated)[1]]);
  expect(secretsOf(done)).toEqual([secretsOf(rotated)[1]]);
  for (const type of ['AWS::CloudFront::PublicKey', 'Custom::SigningKeyPair', 'AWS::SecretsManager::Secret']) {
    for (const [id, resource] of resources(done, type)) expect(resource).toEqual(resources(rotated, type).get(id));
  }
});

test('the playlist function verifies with exactly the keys that the edge trusts, throughout a rotation', () => {
  for (const template of [delivery, rotating, rotated, done]) {
    const pairs = [...resources(template, 'Custom::SigningKeyPair').keys()];
    const expected = keysOf(template).flatMap((key, index) => [
      { Ref: key },
      expect.stringMatching(/^ $/),
      { 'Fn::GetAtt': [pairs[index], 'PublicKeyPem'] },
      '\n',
    ]);
    const variables = at(functions(template).get('playlist'), 'resource', 'Properties', 'Environment', 'Variables');
    expect(at(variables, 'PLAYBACK_PUBLIC_KEYS', 'Fn::Join')).toEqual(['', expected.slice(0, -1)]);
  }
});

test('the permission on a new secret is granted before its key pair is generated', () => {
  const policies = [...resources(rotating, 'AWS::IAM::Policy').keys()].filter((id) => id.includes('Maker'));
  for (const { DependsOn } of resources(rotating, 'Custom::SigningKeyPair').values()) {
    expect(DependsOn).toEqual(expect.arrayContaining(policies));
  }
});

function mayRead({ Action, Resource }: PolicyStatement, secrets: ReadonlySet<string>): boolean {
  const covers = listOf(Resource).some((resource) => resource === '*' || secrets.has(String(at(resource, 'Ref'))));
  const action = /^(\*|secretsmanager:(\*|GetSecretValue|BatchGetSecretValue))$/;
  return covers && listOf(Action).some((name) => action.test(name));
}
