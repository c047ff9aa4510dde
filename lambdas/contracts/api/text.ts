import { z } from 'zod';

/**
 * What people write, as the catalog can hold it: PostgreSQL has no place for NUL, nor UTF-8 for half a surrogate pair,
 * which becomes U+FFFD.
 */
export const textSchema = z
  .string()
  .overwrite((text) => text.toWellFormed())
  .refine((text) => !text.includes('\0'), 'must not hold the character U+0000');
