import { REGION } from '../cloud/account.ts';
import type { Running } from './running.ts';

/** Returns shell commands that point the AWS CLI, the SDKs and the user's own commands at the laptop cloud. */
export function writeShellEnvironment({ endpoint, edgeUrl, accessKeyId, secretAccessKey, outputs }: Running): string {
  const variables = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    SLUICE_SOURCE_BUCKET: outputs['SourceBucketName'],
    SLUICE_OUTPUT_BUCKET: outputs['OutputBucketName'],
    SLUICE_EDGE_URL: edgeUrl,
  };
  const assignments = Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value ?? '')}`);
  return ['unset AWS_SESSION_TOKEN AWS_PROFILE', ...assignments].join('\n');
}

function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
