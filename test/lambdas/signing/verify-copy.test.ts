import { generateKeyPairSync, sign } from 'node:crypto';
import { signVideo } from '../../../lambdas/signing/sign-video.ts';
import { copyVerifier, parsePublicKeys } from '../../../lambdas/signing/verify-copy.ts';

const VIDEO = '0193c5a0-0000-7000-8000-000000000001';
const NOW = new Date('2026-01-01T00:00:00Z');
const first = makeKeys('K1FIRST');
const second = makeKeys('K2SECOND');
const verifyCopy = copyVerifier(
  parsePublicKeys([first, second].map(({ keyPairId, publicKeyPem }) => `${keyPairId} ${publicKeyPem}`).join('\n')),
  () => NOW,
);

function makeKeys(keyPairId: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { edgeUrl: 'https://videos.test', keyPairId, privateKeyPem, publicKeyPem };
}

function after(milliseconds: number): Date {
  return new Date(NOW.getTime() + milliseconds);
}

/** Signs any policy, unlike `signVideo`. */
function signText(policy: string): string {
  const encode = (bytes: Buffer) =>
    bytes.toString('base64').replace(/[+=/]/g, (character) => ({ '+': '-', '=': '_', '/': '~' })[character] ?? '');
  const signature = sign('sha256', Buffer.from(policy), first.privateKeyPem);
  return `Policy=${encode(Buffer.from(policy))}&Signature=${encode(signature)}&Key-Pair-Id=K1FIRST&Hash-Algorithm=SHA256`;
}

function policyFor(resource: string): string {
  const condition = { DateLessThan: { 'AWS:EpochTime': NOW.getTime() / 1000 + 60 } };
  return JSON.stringify({ Statement: [{ Resource: resource, Condition: condition }] });
}

test('accepts signatures of every trusted generation until they expire', () => {
  for (const signer of [first, second]) {
    expect(verifyCopy(signVideo(signer, VIDEO, after(1000)), VIDEO)).toBe(true);
    expect(verifyCopy(signVideo(signer, VIDEO, after(0)), VIDEO)).toBe(false);
  }
  expect(verifyCopy(signText(policyFor(`https://videos.test/v/${VIDEO}/*`)), VIDEO)).toBe(true);
});

test.each([
  ['another video', `https://videos.test/v/${VIDEO.replace(/1$/, '2')}/*`],
  ['one file', `https://videos.test/v/${VIDEO}/1/attempt00/poster.jpg`],
  ['every video', 'https://videos.test/v/*'],
  ['any host', `https://*/v/${VIDEO}/*`],
  ['everything', '*'],
])('refuses a signature for %s', (_, resource) => {
  expect(verifyCopy(signText(policyFor(resource)), VIDEO)).toBe(false);
});

test.each([
  ['text that is not JSON', 'policy'],
  ['no statement', '{"Statement":[]}'],
  ['no expiry', JSON.stringify({ Statement: [{ Resource: `https://videos.test/v/${VIDEO}/*`, Condition: {} }] })],
])('refuses a signed policy with %s', (_, policy) => {
  expect(verifyCopy(signText(policy), VIDEO)).toBe(false);
});

test('refuses a key that is not trusted, or trusted under another id', () => {
  expect(verifyCopy(signVideo(makeKeys('K3THIRD'), VIDEO, after(1000)), VIDEO)).toBe(false);
  expect(verifyCopy(signVideo({ ...first, keyPairId: 'K2SECOND' }, VIDEO, after(1000)), VIDEO)).toBe(false);
});

test('refuses another hash than that of the signature', () => {
  const native = signVideo(first, VIDEO, after(1000));
  expect(verifyCopy(native.replace('SHA256', 'SHA1'), VIDEO)).toBe(false);
  expect(verifyCopy(native.replace('&Hash-Algorithm=SHA256', ''), VIDEO)).toBe(false);
});

test('refuses other spellings of a valid signature, so that one signature has one copy', () => {
  const native = signText(policyFor(`https://videos.test/v/${VIDEO}/*`));
  const respelled = ['Policy', 'Signature'].map((name) => native.replace(new RegExp(`(${name}=[^&]+)`), '$1_'));
  for (const other of respelled) {
    expect(other).not.toBe(native);
    expect(verifyCopy(other, VIDEO)).toBe(false);
  }
});

test('refuses to start without a public key', () => {
  expect(() => parsePublicKeys('')).toThrow('PLAYBACK_PUBLIC_KEYS');
});
