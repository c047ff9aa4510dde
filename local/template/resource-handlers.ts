import type { Provisioned, Resource, ResourceProvider } from '../cloud/resource.ts';
import type { CustomResources } from './custom-resources.ts';
import { type ReadSecret, resolveDynamicReferences, type SecretReference } from './dynamic-references.ts';
import type { RecordedResource } from './stack-records.ts';

/** Carries out what a stack operation does to one resource. */
export interface ResourceHandler {
  /** @throws PartlyCreatedError if the failed resource must be deleted nevertheless */
  create(resource: Resource): Promise<Provisioned>;
  /** Makes a resource of an earlier start usable in this process. */
  open(resource: Resource, recorded: RecordedResource): Promise<Provisioned>;
  update(resource: Resource, before: Resource, recorded: RecordedResource): Promise<Provisioned>;
  delete(resource: Resource, recorded: RecordedResource): Promise<void>;
}

/** Operations of custom resources, which live in the functions' own services. */
export type CustomResourceProtocol = Pick<CustomResources, 'create' | 'update' | 'delete'>;

/**
 * Makes the function that finds the handler of a resource type. Handlers resolve dynamic references, so that the records of
 * a stack hold references only.
 */
export function makeHandlers(
  providers: readonly ResourceProvider[],
  customResources: CustomResourceProtocol,
  readSecret: ReadSecret = rejectReference,
): (type: string) => ResourceHandler {
  const native = new Map(providers.map((provider) => [provider.type, handlerOf(provider)]));
  const custom: ResourceHandler = {
    create: (resource) => customResources.create(resource),
    open: async (_resource, { ref, attributes }) => ({ ref, attributes }),
    update: (resource, before, { ref }) => customResources.update(resource, before, ref),
    delete: (resource, { ref }) => customResources.delete(resource, ref),
  };
  const resolved = (resource: Resource): Resource => resolveDynamicReferences(resource, readSecret);
  return (type) => {
    const handler = native.get(type) ?? custom;
    return {
      create: (resource) => handler.create(resolved(resource)),
      open: (resource, recorded) => handler.open(resolved(resource), recorded),
      update: (resource, before, recorded) => handler.update(resolved(resource), before, recorded),
      // What a resource referred to may be deleted by now.
      delete: (resource, recorded) => handler.delete(resource, recorded),
    };
  };
}

function rejectReference({ id }: SecretReference): never {
  throw new Error(`No service holds the secret ${id}.`);
}

function handlerOf(provider: ResourceProvider): ResourceHandler {
  return {
    create: (resource) => provider.provision(resource),
    open: (resource) => provider.provision(resource),
    update: (resource, before) => provider.update?.(resource, before) ?? provider.provision(resource),
    delete: async (resource) => provider.delete?.(resource),
  };
}
