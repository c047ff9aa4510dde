import type { OpenAPIHono } from '@hono/zod-openapi';

/** Returns a function that lists the methods of a path, or none for an unknown path. */
export function knownPaths(app: Pick<OpenAPIHono, 'openAPIRegistry'>): (path: string) => string[] {
  const routes = app.openAPIRegistry.definitions.flatMap((definition) => {
    if (definition.type !== 'route') return [];
    const { method, path } = definition.route;
    const pattern = path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+');
    return [{ method: method.toUpperCase(), pattern: new RegExp(`^${pattern}$`) }];
  });
  return (path) => {
    const methods = routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  };
}
