import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { S3Client } from '@aws-sdk/client-s3';
import { clientConfig, readRunning, type Running } from '../../local/cli/running.ts';

/** Environment variable that hands the state directory of the shared laptop cloud to the tests. */
export const SHARED_STATE = 'SLUICE_TEST_STATE';

/** Object key of the real footage that the shared laptop cloud encodes. */
export const FOOTAGE_KEY = 'big-buck-bunny.mp4';

export interface CloudClients {
  readonly running: Running;
  readonly s3: S3Client;
  readonly rdsData: RDSDataClient;
  readonly sourceBucket: string;
  readonly outputBucket: string;
}

/** Connects to a running laptop cloud by its state directory. @throws Error if a stack output is missing */
export function connectTo(stateDirectory: string): CloudClients {
  const running = readRunning(stateDirectory);
  const config = clientConfig(running);
  const output = (name: string): string => {
    const value = running.outputs[name];
    if (value === undefined) throw new Error(`No stack has the output ${name}`);
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

/** Returns the laptop cloud that all chain, page and playback tests share, with real footage already uploaded. */
export function sharedCloud(): CloudClients & { readonly stateDirectory: string } {
  const stateDirectory = process.env[SHARED_STATE];
  if (stateDirectory === undefined)
    throw new Error('No shared cloud is running: run this test in the jest project "whole".');
  return { ...connectTo(stateDirectory), stateDirectory };
}
