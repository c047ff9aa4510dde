import type { OpenAPIHono } from '@hono/zod-openapi';

/** @returns for a path the methods that the app's routes know it with; none for a path that they do not know */
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
