import { GetObjectCommand } from '@aws-sdk/client-s3';
import { pointerKey } from '../../../lambdas/contracts/output-layout.ts';
import { type Pointer, pointerSchema } from '../../../lambdas/contracts/pointer.ts';
import type { ChainServices } from './services.ts';

/** Reads what plays at the permanent address of a video. */
export async function readPointer({ s3, outputBucket }: Pick<ChainServices, 's3' | 'outputBucket'>, videoId: string): Promise<Pointer> {
  const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: outputBucket, Key: pointerKey(videoId) }));
  return pointerSchema.parse(JSON.parse((await body?.transformToString()) ?? ''));
}
