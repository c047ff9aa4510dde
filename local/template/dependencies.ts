import type { ResourceDefinition, Template } from './assembly.ts';

/** Returns the logical ids of a template, each after those that it refers to or depends on. */
export function sortByDependency(template: Template): string[] {
  const ordered: string[] = [];
  const state = new Map<string, 'visiting' | 'done'>();

  const visit = (logicalId: string, path: readonly string[]): void => {
    const resource = template.Resources[logicalId];
    if (resource === undefined || state.get(logicalId) === 'done') return;
    if (state.get(logicalId) === 'visiting') {
      throw new Error(`Resources depend on each other in a circle: ${[...path, logicalId].join(' → ')}`);
    }
    state.set(logicalId, 'visiting');
    for (const dependency of listDependencies(resource)) visit(dependency, [...path, logicalId]);
    state.set(logicalId, 'done');
    ordered.push(logicalId);
  };
  for (const logicalId of Object.keys(template.Resources)) visit(logicalId, []);
  return ordered;
}

/** Returns the logical ids and parameters that a resource refers to or depends on. */
export function listDependencies({ DependsOn = [], Properties }: ResourceDefinition): readonly string[] {
  return [...new Set([...[DependsOn].flat(), ...findReferences(Properties)])];
}

/** Returns the names in `Ref`, `Fn::GetAtt` and `Fn::Sub` anywhere in a value. */
export function findReferences(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap(findReferences);
  return Object.entries(value).flatMap(([key, item]) => {
    if (key === 'Ref' && typeof item === 'string') return [item];
    if (key === 'Fn::GetAtt') return [Array.isArray(item) ? String(item[0]) : (String(item).split('.')[0] ?? '')];
    if (key === 'Fn::Sub') return [...findSubstitutions(Array.isArray(item) ? item[0] : item), ...findReferences(item)];
    return findReferences(item);
  });
}

function findSubstitutions(text: unknown): string[] {
  return [...String(text).matchAll(/\$\{([^!}.]+)/g)].map(([, name]) => name ?? '');
}
