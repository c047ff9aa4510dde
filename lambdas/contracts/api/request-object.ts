import * as z from 'zod';

/**
 * Describes the body of a request. An unknown member is an error, so that a misspelt one does not do less than its sender
 * meant; the message lists the known ones, and the API prepends the unknown name.
 */
export function requestObject<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? `known fields: ${known}.` : undefined),
  });
}
