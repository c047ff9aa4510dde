import { stepHandler } from '../chain/step-handler.ts';
import { publishEncode } from './publish-encode.ts';

export const handler = stepHandler('permissions', ({ s3, bucket }) => async ({ prefix }) => ({
  objects: await publishEncode(s3, bucket, prefix),
}));
