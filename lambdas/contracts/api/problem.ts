import { z } from 'zod';

/**
 * An error as RFC 9457 has it, with `code` to act on and `detail` to show; both of `docs/errors.md`.
 * https://www.rfc-editor.org/rfc/rfc9457
 */
export const problemSchema = z
  .object({
    /** `urn:sluice:problem:<code>` */
    type: z.string(),
    title: z.string(),
    status: z.number().int().min(400).max(599),
    code: z.string(),
    detail: z.string(),
    /** Which parts of the request are wrong: by a JSON Pointer into its body, as `?name`, or as `header:name`. */
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;
