import {
  CancelJobCommand,
  ConflictException,
  type MediaConvertClient,
  NotFoundException,
} from '@aws-sdk/client-mediaconvert';

/** Cancels a job that is no longer needed, unless it has already ended or expired. */
export async function cancelJob(mediaConvert: MediaConvertClient, jobId: string): Promise<void> {
  try {
    await mediaConvert.send(new CancelJobCommand({ Id: jobId }));
  } catch (error) {
    if (!(error instanceof ConflictException || error instanceof NotFoundException)) throw error;
  }
}
