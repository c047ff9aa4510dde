import * as z from 'zod';

// Request bodies of https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_Operations.html

function nullable<T extends z.ZodType>(schema: T) {
  return z.array(schema.nullable());
}

const arrayValueSchema = z.looseObject({
  stringValues: nullable(z.string()).optional(),
  longValues: nullable(z.number()).optional(),
  doubleValues: nullable(z.number()).optional(),
  booleanValues: nullable(z.boolean()).optional(),
});

/** A union with one member. REST JSON writes non-finite doubles as strings. */
const fieldSchema = z.strictObject({
  isNull: z.boolean().optional(),
  stringValue: z.string().optional(),
  longValue: z.number().int().optional(),
  doubleValue: z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]).optional(),
  booleanValue: z.boolean().optional(),
  /** Base64. */
  blobValue: z.base64().optional(),
  arrayValue: arrayValueSchema.optional(),
});
export type ParameterValue = z.infer<typeof fieldSchema>;

const TYPE_HINTS = ['DATE', 'DECIMAL', 'JSON', 'TIME', 'TIMESTAMP', 'UUID'] as const;
export type TypeHintName = (typeof TYPE_HINTS)[number];

const parameterSchema = z.object({
  name: z.string(),
  value: fieldSchema.default({ isNull: true }),
  typeHint: z.enum(TYPE_HINTS).optional(),
});
export type Parameter = z.infer<typeof parameterSchema>;

export const beginSchema = z.object({
  resourceArn: z.string().min(11).max(100),
  secretArn: z.string().min(11).max(100),
  database: z.string().max(64).optional(),
  schema: z.string().max(64).optional(),
});
export type Connection = z.infer<typeof beginSchema>;

export const endSchema = z.object({
  resourceArn: z.string().min(11).max(100),
  secretArn: z.string().min(11).max(100),
  transactionId: z.string().max(192),
});

const statementSchema = beginSchema.extend({
  sql: z.string().max(65_536),
  transactionId: z.string().max(192).optional(),
});

export const executeSchema = statementSchema.extend({
  parameters: z.array(parameterSchema).default([]),
  includeResultMetadata: z.boolean().default(false),
  continueAfterTimeout: z.boolean().default(false),
  formatRecordsAs: z.enum(['NONE', 'JSON']).default('NONE'),
  resultSetOptions: z
    .object({
      decimalReturnType: z.enum(['STRING', 'DOUBLE_OR_LONG']).optional(),
      longReturnType: z.enum(['LONG', 'STRING']).optional(),
    })
    .default({}),
});
export type ExecuteRequest = z.infer<typeof executeSchema>;

export const batchExecuteSchema = statementSchema.extend({
  parameterSets: z.array(z.array(parameterSchema)).default([]),
});
