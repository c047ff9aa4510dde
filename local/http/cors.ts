/**
 * Cross-origin rule of a bucket. Each origin and header may contain one `*`, which stands for any text.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
export interface CorsRule {
  readonly allowedMethods: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly maxAgeSeconds?: number | undefined;
}

type Headers = Readonly<Record<string, string>>;

/** Request headers that decide about a cross-origin request, by lower-case name. */
type CorsRequestHeaders = Readonly<
  Partial<Record<'origin' | 'access-control-request-method' | 'access-control-request-headers', string>>
>;

/** Response headers of a preflight request that a rule allows, or the reason for rejecting it. */
type PreflightResult = { readonly headers: Headers } | { readonly rejection: 'incomplete' | 'no-rules' | 'no-match' };

/** Returns the headers that let a page read a response; none if no rule allows the origin and method. */
export function makeCorsHeaders(rules: readonly CorsRule[], origin: string, method: string): Headers {
  const rule = findRule(rules, origin, method, []);
  return rule === undefined ? {} : makeRuleHeaders(rule, origin);
}

/** Evaluates a preflight request by the first rule that allows origin, method and every header. */
export function evaluatePreflight(rules: readonly CorsRule[], request: CorsRequestHeaders): PreflightResult {
  const { origin, 'access-control-request-method': method } = request;
  if (origin === undefined || method === undefined) return { rejection: 'incomplete' };
  if (rules.length === 0) return { rejection: 'no-rules' };
  const requested = splitList(request['access-control-request-headers']);
  const rule = findRule(rules, origin, method, requested);
  if (rule === undefined) return { rejection: 'no-match' };
  return {
    headers: {
      ...makeRuleHeaders(rule, origin),
      ...(requested.length > 0 && { 'access-control-allow-headers': requested.join(', ') }),
    },
  };
}

function findRule(
  rules: readonly CorsRule[],
  origin: string,
  method: string,
  headers: readonly string[],
): CorsRule | undefined {
  return rules.find(
    (rule) =>
      rule.allowedMethods.includes(method) &&
      rule.allowedOrigins.some((pattern) => matchesPattern(pattern, origin)) &&
      headers.every((name) => rule.allowedHeaders.some((pattern) => matchesPattern(pattern.toLowerCase(), name))),
  );
}

function makeRuleHeaders(rule: CorsRule, origin: string): Headers {
  const allowsAnyOrigin = rule.allowedOrigins.includes('*');
  return {
    'access-control-allow-origin': allowsAnyOrigin ? '*' : origin,
    'access-control-allow-methods': rule.allowedMethods.join(', '),
    ...(!allowsAnyOrigin && { 'access-control-allow-credentials': 'true' }),
    ...(rule.exposedHeaders.length > 0 && { 'access-control-expose-headers': rule.exposedHeaders.join(', ') }),
    ...(rule.maxAgeSeconds !== undefined && { 'access-control-max-age': `${rule.maxAgeSeconds}` }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

function matchesPattern(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
}

function splitList(list: string | undefined): string[] {
  return (list ?? '')
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '');
}
