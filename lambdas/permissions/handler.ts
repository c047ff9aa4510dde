import { stepHandler } from '../chain/step-handler.ts';
import { publish } from './publish-encode.ts';

export const handler = stepHandler('permissions', ({ s3, bucket }) => async ({ prefix }) => ({
  objects: await publish(s3, bucket, prefix),
}));
