import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { JsonFile } from '../durable/json-file.ts';
import { deletionPolicySchema } from './assembly.ts';

/**
 * States of a stack between two starts or, in progress, when a start was interrupted.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html#stack-event-status-codes
 */
const statusSchema = z.enum([
  'CREATE_IN_PROGRESS',
  'CREATE_COMPLETE',
  'ROLLBACK_IN_PROGRESS',
  'ROLLBACK_FAILED',
  'ROLLBACK_COMPLETE',
  'UPDATE_IN_PROGRESS',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_IN_PROGRESS',
  'UPDATE_ROLLBACK_FAILED',
  'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_ROLLBACK_COMPLETE',
  'DELETE_IN_PROGRESS',
  'DELETE_FAILED',
  'DELETE_COMPLETE',
]);
export type StackStatus = z.infer<typeof statusSchema>;

const resourceSchema = z.strictObject({
  type: z.string(),
  /** Number of earlier resources of this logical id, which is part of the physical name. */
  generation: z.int().min(0),
  /** Value of `Ref`. */
  ref: z.string(),
  attributes: z.record(z.string(), z.unknown()),
  /** Resolved properties. */
  properties: z.record(z.string(), z.unknown()),
  /** Properties of an update that has failed or was interrupted, and may have changed a part. */
  attempted: z.record(z.string(), z.unknown()).optional(),
  /** Logical ids that must outlive the resource. */
  dependsOn: z.array(z.string()),
  deletionPolicy: deletionPolicySchema,
  updateReplacePolicy: deletionPolicySchema,
});
export type RecordedResource = z.infer<typeof resourceSchema>;

const contentSchema = z.strictObject({
  /** Resources by logical id. */
  resources: z.record(z.string(), resourceSchema),
  /** Exported values by export name. */
  exports: z.record(z.string(), z.unknown()),
  /** Names of the exports of other stacks that the stack uses. */
  imports: z.array(z.string()),
});
export type StackContent = z.infer<typeof contentSchema>;

const stackSchema = z.strictObject({
  status: statusSchema,
  ...contentSchema.shape,
  /** Generation of the next resource of each logical id that has been replaced or removed. */
  generations: z.record(z.string(), z.int()),
  /** Content to which a failed update returns. Absent for a new stack, and between operations. */
  before: contentSchema.optional(),
  /** Resources that are no longer part of the stack and still have to be deleted. */
  obsolete: z.array(
    z.strictObject({
      logicalId: z.string(),
      resource: resourceSchema,
      /** Why the resource is no longer needed, which decides what policy applies. */
      cause: z.enum(['removed', 'replaced', 'rolled back']),
    }),
  ),
});
export type StackRecord = z.infer<typeof stackSchema>;

/** Record of a stack that does not exist yet. */
const NO_STACK: StackRecord = {
  status: 'DELETE_COMPLETE',
  resources: {},
  exports: {},
  imports: [],
  generations: {},
  obsolete: [],
};

const REMEDY = 'or choose another directory with --state';

/** Resources of each stack, in a file per stack that only its owner can read. */
export class StackRecords {
  readonly #directory: string;
  readonly #files = new Map<string, JsonFile<StackRecord>>();

  /** @throws DamagedFileError, NewerFormatError */
  constructor(directory: string) {
    this.#directory = directory;
    for (const file of globSync('*.json', { cwd: directory })) this.#file(basename(file, '.json'));
  }

  /** Returns the record of a stack; one without resources if it does not exist. */
  get(stack: string): StackRecord {
    return this.#file(stack).value;
  }

  /** Writes the record of a stack unless it is the same. */
  write(stack: string, record: StackRecord): void {
    const file = this.#file(stack);
    if (!isDeepStrictEqual(file.value, record)) file.write(record);
  }

  /** Returns all stacks that have been deployed. */
  list(): readonly (readonly [string, StackRecord])[] {
    return [...this.#files].map(([name, file]) => [name, file.value] as const);
  }

  #file(stack: string): JsonFile<StackRecord> {
    const known = this.#files.get(stack);
    if (known !== undefined) return known;
    const file = new JsonFile<StackRecord>(join(this.#directory, `${stack}.json`), stackSchema, NO_STACK, REMEDY);
    this.#files.set(stack, file);
    return file;
  }
}

/** Returns whether a type is that of a custom resource. */
export function isCustom(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

/** Returns whether a stack has a custom resource. */
export function hasCustomResources(records: StackRecords): boolean {
  return records.list().some(([, { resources }]) => Object.values(resources).some(({ type }) => isCustom(type)));
}
