import { stepHandler } from '../chain/step-handler.ts';
import { makeThumbnails } from './make-thumbnails.ts';

export const handler = stepHandler('thumbnails', ({ s3, bucket }) => (encode) => makeThumbnails(s3, bucket, encode));
