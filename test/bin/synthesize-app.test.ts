import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesizeApp } from '../../bin/synthesize-app.ts';
import { ConfigError } from '../../lib/config/parse-config.ts';

// This violation ends the synthesis before CDK's own validation, which takes seconds.
jest.mock('../../lib/security-rules.ts', () => ({
  enforceSecurityRules: () => {
    throw new ConfigError(['AwsSolutions-S10']);
  },
}));

let root: string;
const environment = { ...process.env };
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'app-'));
  for (const { name } of readdirSync('lambdas', { withFileTypes: true })) mkdirSync(join(root, 'lambdas', name), { recursive: true });
  mkdirSync(join(root, 'pages'));
  writeFileSync(join(root, 'pages/index.html'), '<!doctype html>');
  process.env['CDK_OUTDIR'] = join(root, 'assembly');
});
afterEach(() => {
  process.env = { ...environment };
  rmSync(root, { recursive: true });
});

function synthesize(): Promise<number> {
  return synthesizeApp({ directory: join(root, 'lambdas'), migrationsHash: 'hash' }, join(root, 'pages'));
}

test('applies the security rules, and reports what they find', async () => {
  delete process.env['CDK_VALIDATION'];
  const reported = jest.spyOn(console, 'error').mockImplementation();
  expect(await synthesize()).toBe(1);
  expect(reported.mock.lastCall).toEqual([expect.stringContaining('AwsSolutions-S10')]);
});

test('synthesizes without the security rules if CDK’s validation is switched off', async () => {
  process.env['CDK_VALIDATION'] = 'false';
  expect(await synthesize()).toBe(0);
  expect(readdirSync(join(root, 'assembly'))).toContain('SluiceData.template.json');
});
