import { devNull } from 'node:os';
import { REGION } from '../cloud/account.ts';
import type { Running } from './running.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings of AWS tools that change neither where requests go nor who signs them. */
const HARMLESS = /^AWS_(?:CLI_|PAGER$|DEFAULT_OUTPUT$|MAX_ATTEMPTS$|RETRY_MODE$|METADATA_|SDK_UA_APP_ID$)/;

/** Settings that would lead requests elsewhere; unset even where a shell sets them without exporting them. */
const MISLEADING = [
  'AWS_CA_BUNDLE',
  'AWS_DEFAULT_PROFILE',
  'AWS_ENDPOINT_URL_S3',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_PROFILE',
  'AWS_SECURITY_TOKEN',
  'AWS_SESSION_TOKEN',
  'AWS_USE_DUALSTACK_ENDPOINT',
  'AWS_USE_FIPS_ENDPOINT',
];

/** Variables that name the shared files of AWS tools, whose default profile may hold the same settings. */
const NO_SHARED_FILES = { AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull };

/**
 * Returns shell commands that point the AWS CLI, the SDKs and the user's own commands at the laptop cloud, whatever the
 * shell and the configuration files set.
 * https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 *
 * @param environment exported variables of the shell
 */
export function writeShellEnvironment(
  { endpoint, edgeUrl, accessKeyId, secretAccessKey, outputs }: Running,
  environment: Environment,
): string {
  const variables: Readonly<Record<string, string | undefined>> = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...NO_SHARED_FILES,
    ...bypassProxy(new URL(endpoint).hostname, environment),
    SLUICE_SOURCE_BUCKET: outputs['SourceBucketName'],
    SLUICE_OUTPUT_BUCKET: outputs['OutputBucketName'],
    SLUICE_EDGE_URL: edgeUrl,
  };
  const inherited = listAwsSettings(environment).filter((name) => !(name in variables));
  const unset = [...new Set([...MISLEADING, ...inherited])].toSorted();
  const assignments = Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value ?? '')}`);
  return [`unset ${unset.join(' ')}`, ...assignments].join('\n');
}

/**
 * Removes all AWS settings of the user's shell and configuration files from the environment: the laptop cloud never reaches
 * AWS, and they would only stop it, redirect it or print warnings.
 */
export function ignoreAwsSettings(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment)) if (name.startsWith('AWS_')) delete environment[name];
  Object.assign(environment, NO_SHARED_FILES);
}

function listAwsSettings(environment: Environment): readonly string[] {
  return Object.keys(environment).filter((name) => /^AWS_\w+$/.test(name) && !HARMLESS.test(name));
}

/** Returns the variables that exempt a host from the shell's proxy. */
function bypassProxy(host: string, environment: Environment): Readonly<Record<string, string>> {
  const hasProxy = ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'].some((name) => environment[name]);
  if (!hasProxy) return {};
  const exempt = environment['no_proxy'] ?? environment['NO_PROXY'] ?? '';
  const list = [...new Set([...exempt.split(',').filter((entry) => entry !== ''), host])].join(',');
  return { no_proxy: list, NO_PROXY: list };
}

function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
