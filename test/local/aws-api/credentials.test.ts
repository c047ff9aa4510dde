import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Credentials } from '../../../local/aws-api/credentials.ts';

describe('credentials', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'credentials-test-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const role = 'arn:aws:iam::000000000000:role/transcode-role';

  test('keep the keys of the operator and of a role across restarts', () => {
    const first = Credentials.open(dir);
    const session = first.forRole(role, 'transcode', 3_600_000);
    const second = Credentials.open(dir);
    expect(second.operator()).toEqual(first.operator());
    expect(second.find(session.accessKeyId)).toMatchObject(session);
    expect(second.forRole(role, 'transcode', 3_600_000)).toEqual(session);
  });

  test('give each session of a role its own keys', () => {
    const credentials = Credentials.open(dir);
    const session = credentials.forRole(role, 'transcode', 3_600_000);
    expect(credentials.find(session.accessKeyId)?.caller).toEqual({
      accessKeyId: session.accessKeyId,
      principalArn: 'arn:aws:sts::000000000000:assumed-role/transcode-role/transcode',
      roleArn: role,
    });
    const other = credentials.forRole(role, 'playlist', 3_600_000);
    expect(other.accessKeyId).not.toBe(session.accessKeyId);
    expect(other.secretAccessKey).not.toBe(session.secretAccessKey);
  });

  test('keep a session until half of its time has passed, and then begin another', () => {
    let now = new Date('2026-06-01T12:00:00Z');
    const credentials = Credentials.open(dir, () => now);
    const session = credentials.forRole(role, 'api', 3_600_000);
    expect(session.expiresAt).toEqual(new Date('2026-06-01T13:00:00Z'));
    now = new Date('2026-06-01T12:29:00Z');
    expect(credentials.forRole(role, 'api', 3_600_000)).toEqual(session);
    now = new Date('2026-06-01T12:30:00Z');
    expect(credentials.forRole(role, 'api', 3_600_000).expiresAt).toEqual(new Date('2026-06-01T13:30:00Z'));
    expect(Credentials.open(dir).find(session.accessKeyId)?.expiresAt).toEqual(session.expiresAt);
  });

  test('are readable only by the owner of the file', () => {
    Credentials.open(dir);
    expect(statSync(path.join(dir, 'credentials.json')).mode & 0o777).toBe(0o600);
  });
});
