import type { RecordedResource } from './stack-records.ts';

/** Returns recorded resources by logical id, each after those that it depends on. */
export function sortRecorded(
  resources: Readonly<Record<string, RecordedResource>>,
): readonly (readonly [string, RecordedResource])[] {
  const ordered = new Map<string, RecordedResource>();
  const visited = new Set<string>();
  const visit = (logicalId: string): void => {
    const resource = resources[logicalId];
    if (resource === undefined || visited.has(logicalId)) return;
    visited.add(logicalId);
    for (const dependency of resource.dependsOn) visit(dependency);
    ordered.set(logicalId, resource);
  };
  for (const logicalId of Object.keys(resources)) visit(logicalId);
  return [...ordered];
}
