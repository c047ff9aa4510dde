import { checkExports } from './exports.ts';
import type { LiveStack } from './live-stack.ts';
import { deleteEverything } from './roll-back.ts';
import type { StackRecords } from './stack-records.ts';

/**
 * Deletes a stack with its resources, except those whose DeletionPolicy retains them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-delete-stack.html
 *
 * @returns descriptions of retained resources
 * @throws StackFailedError that names what could not be deleted; Error if another stack imports an export
 */
export async function deleteStack(stack: LiveStack, records: StackRecords): Promise<readonly string[]> {
  checkExports(stack, {}, records.list(), true);
  stack.save({ status: 'DELETE_IN_PROGRESS' });
  return deleteEverything(stack, 'removed', 'DELETE_COMPLETE', 'DELETE_FAILED');
}
