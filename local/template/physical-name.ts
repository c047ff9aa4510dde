import { stableHex } from '../cloud/stable-id.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const MAX_BUCKET_NAME_LENGTH = 63;

/**
 * Names a resource that the template leaves unnamed: readable, and the same at every start.
 *
 * @param generation number of earlier resources of this logical id
 */
export function makePhysicalName(stack: string, logicalId: string, generation = 0): string {
  const hash = stableHex(`${stack}/${logicalId}${generation === 0 ? '' : `/${generation}`}`, 8);
  const readable = `${stack}-${logicalId}`.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
  return `${readable.slice(0, MAX_BUCKET_NAME_LENGTH - hash.length - 1)}-${hash}`;
}
