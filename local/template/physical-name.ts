import { createHash } from 'node:crypto';

const LONGEST_BUCKET_NAME = 63;

/** The name of a resource that the template leaves unnamed: readable, and the same at every start. */
export function physicalName(stack: string, logicalId: string): string {
  const hash = createHash('sha256').update(`${stack}/${logicalId}`).digest('hex').slice(0, 8);
  const readable = `${stack}-${logicalId}`.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
  return `${readable.slice(0, LONGEST_BUCKET_NAME - hash.length - 1)}-${hash}`;
}
