import * as z from 'zod';

/**
 * Problem document of RFC 9457, with a `code` for programs and a `detail` for users; `docs/errors.md` lists the codes.
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
    /** Invalid parts of the request, each as a JSON Pointer into its body, as `?name` or as `header:name`. */
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;
