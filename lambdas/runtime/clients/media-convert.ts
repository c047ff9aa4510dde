import { MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { MAX_ATTEMPTS } from './attempts.ts';

/** Returns a client of MediaConvert. It uses the regional endpoint: https://docs.aws.amazon.com/mediaconvert/latest/ug/regional-endpoints.html */
export function mediaConvertClient(): MediaConvertClient {
  return new MediaConvertClient({ maxAttempts: MAX_ATTEMPTS });
}
