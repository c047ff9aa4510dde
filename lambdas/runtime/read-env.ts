import type * as z from 'zod';

/**
 * Parses the function's environment once, at cold start.
 *
 * @throws Error that names every missing or invalid variable, but no values
 */
export function readEnv<Schema extends z.ZodType>(schema: Schema): z.infer<Schema> {
  const result = schema.safeParse(process.env);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`Invalid environment variables: ${problems.join('; ')}`);
}
