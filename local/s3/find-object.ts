import { ApiError } from '../aws-api/api-error.ts';
import type { ObjectAddress, S3, S3Object } from './s3.ts';

/** Finds the object at an address. */
export async function findObject(s3: S3, address: ObjectAddress): Promise<S3Object | undefined> {
  try {
    return await s3.getObject(address);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
