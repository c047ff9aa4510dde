import { createHash } from 'node:crypto';

const MAX_BUCKET_NAME_LENGTH = 63;

/** The name of a resource that the template leaves unnamed: readable, and the same at every start. */
export function physicalName(stack: string, logicalId: string): string {
  const hash = createHash('sha256').update(`${stack}/${logicalId}`).digest('hex').slice(0, 8);
  const readable = `${stack}-${logicalId}`.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
  return `${readable.slice(0, MAX_BUCKET_NAME_LENGTH - hash.length - 1)}-${hash}`;
}
