import type { Provisioned, Resource, ResourceProvider } from './resource.ts';

/** A resource in memory, with what removes it. */
export interface Added extends Provisioned {
  readonly remove: () => void | Promise<void>;
}

/**
 * Makes the provider of a type whose resources are in memory only, such as an attachment of a policy: an update removes what
 * the earlier properties added, and adds what the new ones say.
 */
export function makeMemoryProvider(
  type: string,
  supportedProperties: readonly string[],
  add: (resource: Resource) => Promise<Added>,
): ResourceProvider {
  const removers = new Map<string, Added['remove']>();
  const remove = async ({ physicalName }: Resource): Promise<void> => {
    await removers.get(physicalName)?.();
    removers.delete(physicalName);
  };
  return {
    type,
    supportedProperties,
    provision: async (resource) => {
      await remove(resource);
      const { remove: remover, ...provisioned } = await add(resource);
      removers.set(resource.physicalName, remover);
      return provisioned;
    },
    delete: remove,
  };
}
