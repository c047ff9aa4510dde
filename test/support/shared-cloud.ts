import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { S3Client } from '@aws-sdk/client-s3';
import { clientConfig, readRunning, type Running } from '../../local/cli/running.ts';

/** Name under which the shared laptop cloud's state directory reaches the tests. */
export const SHARED_STATE = 'SLUICE_TEST_STATE';

/** Key of the real footage that the shared laptop cloud is encoding or has encoded. */
export const FOOTAGE_KEY = 'big-buck-bunny.mp4';

export interface CloudClients {
  readonly running: Running;
  readonly s3: S3Client;
  readonly rdsData: RDSDataClient;
  readonly sourceBucket: string;
  readonly outputBucket: string;
}

export function connect(stateDirectory: string): CloudClients {
  const running = readRunning(stateDirectory);
  const config = clientConfig(running);
  const output = (name: string): string => {
    const value = running.outputs[name];
    if (value === undefined) throw new Error(`The stacks have no output ${name}`);
    return value;
  };
  return {
    running,
    s3: new S3Client(config),
    rdsData: new RDSDataClient(config),
    sourceBucket: output('SourceBucketName'),
    outputBucket: output('OutputBucketName'),
  };
}

/** The laptop cloud that all chain and playback tests share, with real footage already uploaded. */
export function sharedCloud(): CloudClients & { readonly stateDirectory: string } {
  const stateDirectory = process.env[SHARED_STATE];
  if (stateDirectory === undefined) throw new Error('This test belongs to the project that starts the shared cloud');
  return { ...connect(stateDirectory), stateDirectory };
}
