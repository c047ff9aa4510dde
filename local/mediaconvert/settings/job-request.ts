import * as z from 'zod';
import { ApiError } from '../../aws-api/api-error.ts';
import { checkCreateJob } from '../model/create-job-model.ts';
import { checkSettings } from './check-settings.ts';
import { jobSettingsSchema } from './job-settings.ts';

const METADATA_TEXT = z.string().min(1).max(256).regex(/^[^&%]*$/, 'Is invalid: & and % are not allowed');

/**
 * Body of CreateJob as on the wire (lower camel case): rules that the API model does not state, and what this encoder carries
 * out of what the model allows.
 */
const createJobSchema = z.strictObject({
  role: z.string().regex(/^arn:[\w-]+:iam::\d{12}:role\/.+$/, 'Should be the ARN of a role'),
  settings: jobSettingsSchema,
  queue: z.string().optional(),
  clientRequestToken: z.string().min(1).max(64).optional(),
  userMetadata: z
    .record(METADATA_TEXT, METADATA_TEXT)
    .refine((metadata) => Object.keys(metadata).length <= 10, 'Should have at most 10 pairs')
    .default({}),
  priority: z.number().default(0),
  statusUpdateInterval: z.string().default('SECONDS_60'),
  accelerationSettings: z.strictObject({ mode: z.literal('DISABLED') }).optional(),
  billingTagsSource: z.literal('JOB').optional(),
  tags: z.record(z.string(), z.string()).optional(),
});
export type CreateJobRequest = z.infer<typeof createJobSchema>;

/**
 * Parses the body of CreateJob.
 *
 * @throws ApiError `BadRequestException` with the path of the first setting that violates the API model, is not carried out by
 *   this encoder, or is in conflict with another
 */
export function parseCreateJob(body: unknown): CreateJobRequest {
  const violation = checkCreateJob(body, 'wire');
  if (violation !== undefined) throw new ApiError('BadRequestException', 400, violation);
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
