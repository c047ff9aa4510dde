import { CancelJobCommand, ConflictException, type MediaConvertClient, NotFoundException } from '@aws-sdk/client-mediaconvert';

/** Stops a job that nobody waits for; one that has ended by itself, or is forgotten, stays as it is. */
export async function cancelJob(mediaConvert: MediaConvertClient, jobId: string): Promise<void> {
  try {
    await mediaConvert.send(new CancelJobCommand({ Id: jobId }));
  } catch (error) {
    if (!(error instanceof ConflictException || error instanceof NotFoundException)) throw error;
  }
}
