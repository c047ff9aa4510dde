import { execFileSync } from 'node:child_process';
import { ignoreAwsSettings, writeShellEnvironment } from '../../../local/cli/env.ts';

const RUNNING = {
  pid: 1,
  endpoint: 'http://127.0.0.1:4566',
  edgeUrl: 'http://127.0.0.1:4567',
  accessKeyId: 'key',
  secretAccessKey: "it's",
  outputs: { SourceBucketName: 'source', OutputBucketName: 'output' },
};

const MISLEADING = {
  AWS_USE_FIPS_ENDPOINT: 'true',
  AWS_USE_DUALSTACK_ENDPOINT: 'true',
  AWS_CA_BUNDLE: '/corporate.pem',
  AWS_ENDPOINT_URL_S3: 'https://elsewhere',
  AWS_ENDPOINT_URL_RDS_DATA: 'https://elsewhere',
  AWS_PROFILE: 'work',
  AWS_DEFAULT_PROFILE: 'work',
  AWS_SESSION_TOKEN: 'token',
  AWS_REGION: 'eu-west-1',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
  AWS_CONFIG_FILE: '/home/me/.aws/config',
};

/** Returns the variables of a shell after it evaluated the output of `env`. */
function evaluate(environment: Readonly<Record<string, string>>): Record<string, string> {
  const script = `${writeShellEnvironment(RUNNING, environment)}\nenv -0`;
  const output = execFileSync('/bin/sh', ['-c', script], { env: environment, encoding: 'utf8' });
  return Object.fromEntries(output.split('\0').filter((line) => line !== '').map((line) => line.split(/=(.*)/s, 2)));
}

test('leaves no AWS setting of the shell that would lead requests elsewhere', () => {
  const variables = evaluate({ ...MISLEADING, AWS_PAGER: 'less' });
  expect(Object.fromEntries(Object.entries(variables).filter(([name]) => name.startsWith('AWS_')))).toEqual({
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: "it's",
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_PAGER: 'less',
  });
  expect(variables).toMatchObject({ SLUICE_SOURCE_BUCKET: 'source', SLUICE_EDGE_URL: 'http://127.0.0.1:4567' });
});

test('unsets settings that a shell holds without exporting them', () => {
  const script = `AWS_USE_FIPS_ENDPOINT=true; ${writeShellEnvironment(RUNNING, {})}; echo "<$AWS_USE_FIPS_ENDPOINT>"`;
  expect(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' })).toBe('<>\n');
});

test('exempts the laptop from a proxy of the shell', () => {
  expect(evaluate({ HTTP_PROXY: 'http://proxy:3128', NO_PROXY: 'intranet' })).toMatchObject({
    NO_PROXY: 'intranet,127.0.0.1',
    no_proxy: 'intranet,127.0.0.1',
  });
  expect(evaluate({})).not.toHaveProperty('NO_PROXY');
});

test('removes all AWS settings from the environment of the laptop cloud itself', () => {
  const environment: NodeJS.ProcessEnv = { ...MISLEADING, AWS_SDK_UA_APP_ID: 'x', AWS_MAX_ATTEMPTS: 'x', PATH: '/bin' };
  ignoreAwsSettings(environment);
  expect(environment).toEqual({ PATH: '/bin', AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' });
});
