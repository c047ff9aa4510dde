import { messageOf } from '../cloud/system-error.ts';
import { keyOf, type LiveStack, type Obsolete } from './live-stack.ts';
import { StackFailedError } from './stack-errors.ts';
import { sortRecorded } from './sort-recorded.ts';

/** Advice for a failed stack. */
const REMEDY = 'Remove the cause and start again, which continues there, or choose another directory with --state.';

/**
 * Undoes an interrupted or failed operation: deletes what a new stack has created, or returns an existing one to its state
 * before the update and then deletes what the update has created.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
 *
 * @returns resources that stay, as their DeletionPolicy says, or because their service refuses to delete them
 * @throws StackFailedError if the stack is left in a state that is neither the old nor the new one
 */
export async function rollBack(stack: LiveStack): Promise<readonly string[]> {
  return stack.record.before === undefined ? rollBackCreation(stack) : rollBackUpdate(stack);
}

async function rollBackCreation(stack: LiveStack): Promise<readonly string[]> {
  stack.save({ status: 'ROLLBACK_IN_PROGRESS' });
  return deleteEverything(stack, 'rolled back', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED');
}

/**
 * Deletes all resources of a stack.
 *
 * @returns descriptions of retained resources
 * @throws StackFailedError that names those that could not be deleted
 */
export async function deleteEverything(
  stack: LiveStack,
  cause: Obsolete['cause'],
  success: 'ROLLBACK_COMPLETE' | 'DELETE_COMPLETE',
  failure: 'ROLLBACK_FAILED' | 'DELETE_FAILED',
): Promise<readonly string[]> {
  for (const [logicalId, resource] of Object.entries(stack.record.resources)) stack.discard(logicalId, resource, cause);
  stack.save();
  const { undeleted, retained } = await stack.deleteObsolete();
  const obsolete = undeleted.map(({ reason: _reason, ...each }) => each);
  stack.save({ status: undeleted.length === 0 ? success : failure, obsolete, exports: {}, imports: [] });
  if (undeleted.length > 0) {
    const list = undeleted.map((each) => `${describe(each)}: ${each.reason}`).join('; ');
    throw new StackFailedError(`Stack ${stack.name} is in ${failure}, since it could not delete ${list}. ${REMEDY}`);
  }
  return retained.map(describe);
}

async function rollBackUpdate(stack: LiveStack): Promise<readonly string[]> {
  const { before, obsolete } = stack.record;
  if (before === undefined) return [];
  const isNeeded = ({ logicalId, resource }: Obsolete): boolean => {
    const earlier = before.resources[logicalId];
    return earlier !== undefined && keyOf(logicalId, earlier) === keyOf(logicalId, resource);
  };
  stack.save({ status: 'UPDATE_ROLLBACK_IN_PROGRESS', obsolete: obsolete.filter((each) => !isNeeded(each)) });
  for (const [logicalId, resource] of sortRecorded(before.resources)) {
    try {
      await stack.restore(logicalId, resource);
    } catch (error) {
      stack.save({ status: 'UPDATE_ROLLBACK_FAILED' });
      throw new StackFailedError(
        `Stack ${stack.name} is in UPDATE_ROLLBACK_FAILED, since ${describe({ logicalId, resource })} could not be ` +
          `returned to its earlier properties: ${messageOf(error)}. ${REMEDY}`,
        { cause: error },
      );
    }
  }
  for (const [logicalId, resource] of Object.entries(stack.record.resources))
    if (!(logicalId in before.resources)) stack.discard(logicalId, resource, 'rolled back');
  // The restored resources are the stack's again, under the same logical ids as some that are deleted now.
  const { exports, imports } = before;
  stack.save({ status: 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', exports, imports, before: undefined });
  return cleanUp(stack, 'UPDATE_ROLLBACK_COMPLETE');
}

/**
 * Deletes what a completed operation no longer needs. A resource that cannot be deleted stays, and is no longer part of the
 * stack.
 *
 * @returns descriptions of the resources that stay
 */
export async function cleanUp(
  stack: LiveStack,
  success: 'UPDATE_COMPLETE' | 'UPDATE_ROLLBACK_COMPLETE',
): Promise<readonly string[]> {
  const { undeleted, retained } = await stack.deleteObsolete();
  stack.save({ status: success, obsolete: [] });
  return [...retained.map(describe), ...undeleted.map((each) => `${describe(each)}: ${each.reason}`)];
}

function describe({ logicalId, resource: { type, ref } }: Pick<Obsolete, 'logicalId' | 'resource'>): string {
  return `${logicalId} (${type} ${ref})`;
}
