import { setTimeout as delay } from 'node:timers/promises';
import type { ApiService } from '../aws-api/api-service.ts';
import type { CloudContext, LaptopService, OpenedService } from './laptop-service.ts';
import type { ResourceProvider } from './resource.ts';

/** Limit for closing the other services when one cannot open, since a service without files or memory may never close. */
const MAX_CLEANUP_MS = 10_000;

type AnyService = LaptopService<unknown>;

/** The open services of one laptop cloud. */
export interface OpenedServices {
  readonly apis: readonly ApiService[];
  readonly providers: readonly ResourceProvider[];
  /** Returns the instance of a service. @throws Error if it is not open */
  instanceOf<Instance>(service: LaptopService<Instance>): Instance;
  /** Starts background work in order of dependency. */
  start(): void;
  /** Closes every service before those that it depends on. @throws the first error, once all others have closed */
  close(): Promise<void>;
}

/**
 * Opens services and those that they depend on. The order of the list has no meaning.
 *
 * @throws the first error of a service that cannot open, once the others are closed again
 */
export async function openServices(
  services: readonly AnyService[],
  options: Omit<CloudContext, 'isReplacedLocally'>,
): Promise<OpenedServices> {
  const ordered = sortByOpening(services);
  const context: CloudContext = {
    ...options,
    isReplacedLocally: (resource) => ordered.some(({ definition }) => definition.replaces?.(resource) ?? false),
  };
  const opening = new Map<AnyService, Promise<OpenedService<unknown>>>();
  for (const service of ordered) {
    const before = listDependencies(service, services).map(async (dependency) => opening.get(dependency));
    opening.set(
      service,
      Promise.all(before).then(() => service.open(context)),
    );
  }
  const results = await Promise.allSettled(opening.values());
  const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const close = (): Promise<void> => closeServices(opened.toReversed());
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) {
    // The first failure matters, and often causes those of closing.
    await Promise.race([close(), delay(MAX_CLEANUP_MS, undefined, { ref: false })]).catch(() => undefined);
    throw failure.reason;
  }
  return {
    apis: opened.flatMap(({ apis = [] }) => apis),
    providers: opened.flatMap(({ providers = [] }) => providers),
    instanceOf: (service) => service.instanceIn(context),
    start: () => {
      for (const service of opened) service.start?.();
    },
    close,
  };
}

/**
 * Closes services in order, each of them even if others fail to close.
 *
 * @throws the first error of a service
 */
async function closeServices(services: readonly OpenedService<unknown>[]): Promise<void> {
  const errors: unknown[] = [];
  for (const service of services) service.prepareToClose?.();
  for (const service of services) await service.close?.().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

function sortByOpening(services: readonly AnyService[]): readonly AnyService[] {
  const ordered = new Set<AnyService>();
  const visit = (service: AnyService): void => {
    if (ordered.has(service)) return;
    for (const dependency of listDependencies(service, services)) visit(dependency);
    ordered.add(service);
  };
  for (const service of services) visit(service);
  return [...ordered];
}

function listDependencies(service: AnyService, all: readonly AnyService[]): readonly AnyService[] {
  const declared = listDeclaredDependencies(service);
  if (service.definition.callsApis !== true) return declared;
  const called = all.filter((other) => other.definition.callsApis !== true && !hasPath(other, service));
  return [...declared, ...called];
}

function listDeclaredDependencies({ definition }: AnyService): readonly AnyService[] {
  return [...(definition.dependsOn ?? []), ...(definition.deliversTo ?? [])];
}

/** Returns whether `from` is `target` or depends on it, directly or through others. */
function hasPath(from: AnyService, target: AnyService): boolean {
  return from === target || listDeclaredDependencies(from).some((dependency) => hasPath(dependency, target));
}
