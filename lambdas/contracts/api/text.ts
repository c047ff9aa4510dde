import { z } from 'zod';

/**
 * Text that the catalog can store: PostgreSQL cannot store NUL, nor UTF-8 encode a lone surrogate, which becomes U+FFFD.
 */
export const textSchema = z
  .string()
  .overwrite((text) => text.toWellFormed())
  .refine((text) => !text.includes('\0'), 'must not contain the character U+0000');
