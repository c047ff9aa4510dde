import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { JsonFile } from '../durable/json-file.ts';
import type { Assembly } from './assembly.ts';
import type { RecordedResource, StackRecords } from './stack-records.ts';

/** Responses of custom resources by stack and logical id, all that earlier versions recorded of a stack. */
const rememberedSchema = z.record(
  z.string(),
  z.object({
    physicalId: z.string(),
    properties: z.record(z.string(), z.unknown()),
    data: z.record(z.string(), z.unknown()),
  }),
);

const REMEDY = 'or choose another directory with --state';

/**
 * Records the custom resources that an earlier version created, so that the next deployment updates them.
 *
 * @returns whether an earlier version has deployed the stacks
 * @throws DamagedFileError, NewerFormatError
 */
export function adoptCustomResources(stateDirectory: string, assembly: Assembly, records: StackRecords): boolean {
  if (!existsSync(fileIn(stateDirectory))) return false;
  const remembered = new JsonFile(fileIn(stateDirectory), rememberedSchema, {}, REMEDY).value;
  for (const { name, template } of assembly.stacks) {
    const record = records.get(name);
    if (record.status !== 'DELETE_COMPLETE') continue;
    const resources = Object.entries(template.Resources).flatMap(([logicalId, { Type }]) => {
      const known = remembered[`${name}/${logicalId}`];
      if (known === undefined) return [];
      const adopted: RecordedResource = {
        type: Type,
        generation: 0,
        ref: known.physicalId,
        attributes: known.data,
        properties: known.properties,
        dependsOn: [],
        deletionPolicy: 'Delete',
        updateReplacePolicy: 'Delete',
      };
      return [[logicalId, adopted] as const];
    });
    records.write(name, { ...record, status: 'CREATE_IN_PROGRESS', resources: Object.fromEntries(resources) });
  }
  return true;
}

/** Removes the file of earlier versions, once its content is recorded. */
export function forgetCustomResources(stateDirectory: string): void {
  rmSync(fileIn(stateDirectory));
}

function fileIn(stateDirectory: string): string {
  return join(stateDirectory, 'custom-resources.json');
}
