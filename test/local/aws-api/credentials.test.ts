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
    const session = first.forRole(role, 'transcode');
    const second = Credentials.open(dir);
    expect(second.operator()).toEqual(first.operator());
    expect(second.find(session.accessKeyId)).toMatchObject(session);
    expect(second.forRole(role, 'transcode')).toEqual(session);
  });

  test('give each session of a role its own keys', () => {
    const credentials = Credentials.open(dir);
    const session = credentials.forRole(role, 'transcode');
    expect(credentials.find(session.accessKeyId)?.caller).toEqual({
      accessKeyId: session.accessKeyId,
      principalArn: 'arn:aws:sts::000000000000:assumed-role/transcode-role/transcode',
      roleArn: role,
    });
    const other = credentials.forRole(role, 'playlist');
    expect(other.accessKeyId).not.toBe(session.accessKeyId);
    expect(other.secretAccessKey).not.toBe(session.secretAccessKey);
  });

  test('are readable only by the owner of the file', () => {
    Credentials.open(dir);
    expect(statSync(path.join(dir, 'credentials.json')).mode & 0o777).toBe(0o600);
  });
});
