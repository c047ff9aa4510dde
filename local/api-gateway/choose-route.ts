import type { Route } from './http-api.ts';

/** Route of a request, with the decoded values of its path variables. */
export interface ChosenRoute {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface Candidate extends ChosenRoute {
  /** Rank by path, then by method; the lowest wins. */
  readonly rank: readonly [path: number, method: number];
}

const DEFAULT = '$default';
const BY_PATH = { exact: 0, variable: 1, greedy: 2, default: 3 } as const;

/**
 * Chooses the most specific matching route: a full match, then one with a greedy variable, then `$default`. A named method
 * takes precedence over `ANY`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html#http-api-develop-routes.evaluation
 *
 * @param path decoded path
 */
export function chooseRoute(routes: readonly Route[], method: string, path: string): ChosenRoute | undefined {
  const candidates = routes.flatMap((route) => match(route, method, path) ?? []);
  return candidates.toSorted((one, other) => one.rank[0] - other.rank[0] || one.rank[1] - other.rank[1])[0];
}

function match(route: Route, method: string, path: string): Candidate | undefined {
  if (route.key === DEFAULT) return { route, pathParameters: {}, rank: [BY_PATH.default, 0] };
  const [routeMethod = '', template = ''] = route.key.split(' ');
  if (routeMethod !== 'ANY' && routeMethod !== method) return undefined;
  const pathParameters = matchPath(template, path);
  if (pathParameters === undefined) return undefined;
  const kind = /\{\w+\+\}/.test(template) ? BY_PATH.greedy : template.includes('{') ? BY_PATH.variable : BY_PATH.exact;
  return { route, pathParameters, rank: [kind, routeMethod === 'ANY' ? 1 : 0] };
}

/** Matches a path; `{name}` stands for one segment, a final `{name+}` for one or more. */
function matchPath(template: string, path: string): Record<string, string> | undefined {
  const expected = template.split('/');
  const given = path.split('/');
  const parameters: Record<string, string> = {};
  for (const [index, segment] of expected.entries()) {
    const [, name = '', greedy] = /^\{(\w+)(\+)?\}$/.exec(segment) ?? [];
    const value = greedy === undefined ? given[index] : given.slice(index).join('/');
    if (value === undefined || (name === '' ? value !== segment : value === '')) return undefined;
    if (name !== '') parameters[name] = value;
    if (greedy !== undefined) return parameters;
  }
  return given.length === expected.length ? parameters : undefined;
}
