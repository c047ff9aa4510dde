import { type CreateJobCommandInput, GetJobCommand, MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { clientConfig } from '../../../local/cli/running.ts';
import type { CloudClients } from '../shared-cloud.ts';
import type { UploadState } from '../uploads.ts';

/** Reads the job of an upload as it was submitted to a laptop cloud, without its token, which no service returns. */
export async function readSubmittedJob({ running }: CloudClients, { jobId }: UploadState): Promise<CreateJobCommandInput> {
  // A harsh laptop cloud throttles a hundred tests that ask at once.
  const client = new MediaConvertClient({ ...clientConfig(running), maxAttempts: 50 });
  try {
    const { Job: { Role, Queue, Settings, UserMetadata } = {} } = await client.send(new GetJobCommand({ Id: jobId ?? '' }));
    return { Role, Queue, Settings, UserMetadata };
  } finally {
    client.destroy();
  }
}
