import { z } from 'zod';
import { ApiError } from '../aws-api/api-error.ts';
import { checkSettings } from './check-settings.ts';
import { jobSettingsSchema } from './job-settings.ts';

const METADATA_TEXT = z.string().min(1).max(256).regex(/^[^&%]*$/, 'Is invalid: & and % are not allowed');

/** Body of CreateJob as on the wire (lower camel case). */
const createJobSchema = z.strictObject({
  role: z.string().regex(/^arn:[\w-]+:iam::\d{12}:role\/.+$/, 'Should be the ARN of a role'),
  settings: jobSettingsSchema,
  queue: z.string().optional(),
  clientRequestToken: z.string().min(1).max(64).optional(),
  userMetadata: z
    .record(METADATA_TEXT, METADATA_TEXT)
    .refine((metadata) => Object.keys(metadata).length <= 10, 'Should have at most 10 pairs')
    .default({}),
  priority: z.number().int().min(-50).max(50).default(0),
  statusUpdateInterval: z
    .string()
    .regex(/^SECONDS_(?:10|12|15|20|30|60|120|180|240|300|360|420|480|540|600)$/, 'Is not one of the intervals')
    .default('SECONDS_60'),
  accelerationSettings: z.strictObject({ mode: z.literal('DISABLED') }).optional(),
  billingTagsSource: z.literal('JOB').optional(),
  tags: z.record(z.string(), z.string()).optional(),
});
export type CreateJobRequest = z.infer<typeof createJobSchema>;

/**
 * Parses the body of CreateJob.
 *
 * @throws ApiError `BadRequestException` with the path of the first setting that is unknown, invalid, or in conflict with
 *   another
 */
export function parseCreateJob(body: unknown): CreateJobRequest {
  const result = createJobSchema.safeParse(body);
  if (!result.success) throw badRequest(result.error.issues[0]);
  const problem = checkSettings(result.data.settings);
  if (problem !== undefined) throw new ApiError('BadRequestException', 400, problem);
  return result.data;
}

function badRequest(issue: z.core.$ZodIssue | undefined): ApiError {
  const path = `/${(issue?.path ?? []).map(String).join('/')}`;
  const message =
    issue?.code === 'unrecognized_keys'
      ? `Unrecognized properties: ${issue.keys.join(', ')}`
      : (issue?.message ?? 'Is invalid');
  return new ApiError('BadRequestException', 400, `${path}: ${message}`);
}
