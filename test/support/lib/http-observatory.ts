/**
 * Scores response headers by the published rules of Mozilla's HTTP Observatory. Its tests of cookies, CORS, redirection
 * and subresource integrity do not change the score of a site without the first two that redirects HTTP to HTTPS on the
 * same host and loads only scripts of its own origin.
 * https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring
 */
export function scoreHeaders(headers: Readonly<Record<string, string>>): { score: number; grade: string } {
  const csp = parsePolicy(headers['content-security-policy']);
  const modifiers = [
    scorePolicy(csp),
    scoreFraming(csp, headers['x-frame-options']),
    scoreTransport(headers['strict-transport-security']),
    headers['x-content-type-options'] === 'nosniff' ? 0 : -5,
    scoreReferrer(headers['referrer-policy']),
    scoreResourcePolicy(headers['cross-origin-resource-policy']),
  ];
  const penalties = modifiers.filter((modifier) => modifier < 0).reduce(sum, 100);
  // Bonus points count only from a score of 90.
  const score = penalties >= 90 ? modifiers.filter((modifier) => modifier > 0).reduce(sum, penalties) : penalties;
  return { score, grade: gradeOf(score) };
}

type Policy = ReadonlyMap<string, readonly string[]>;

function sum(total: number, value: number): number {
  return total + value;
}

function parsePolicy(text: string | undefined): Policy | undefined {
  return text === undefined
    ? undefined
    : new Map(
        text
          .split(';')
          .map((directive) => directive.trim().split(/\s+/))
          .map(([name = '', ...sources]) => [name.toLowerCase(), sources]),
      );
}

/** Sources that allow unnamed origins. */
const BROAD = new Set(['*', 'http:', 'https:', 'ftp:', 'data:', "'unsafe-inline'"]);

function scorePolicy(policy: Policy | undefined): number {
  if (policy === undefined) return -25;
  const sources = (name: string): readonly string[] => policy.get(name) ?? policy.get('default-src') ?? ['*'];
  const everything = [...policy.values()].flat();
  const active = [...sources('script-src'), ...sources('object-src')];
  if (active.some((source) => BROAD.has(source))) return -20;
  if (everything.some((source) => source.startsWith('http:') || source.startsWith('ftp:'))) {
    const passive = new Set([...sources('img-src'), ...sources('media-src')]);
    return everything.every((source) => !source.startsWith('http:') || passive.has(source)) ? -10 : -20;
  }
  if (everything.includes("'unsafe-eval'")) return -10;
  if (sources('style-src').some((source) => BROAD.has(source))) return 0;
  return policy.get('default-src')?.join() === "'none'" ? 10 : 5;
}

function scoreFraming(policy: Policy | undefined, frameOptions: string | undefined): number {
  const ancestors = policy?.get('frame-ancestors');
  if (ancestors !== undefined && !ancestors.some((source) => BROAD.has(source))) return 5;
  return /^(deny|sameorigin)$/i.test(frameOptions ?? '') ? 0 : -20;
}

function scoreTransport(header: string | undefined): number {
  const [, seconds] = /(?:^|;)\s*max-age=(\d+)/.exec(header ?? '') ?? [];
  if (seconds === undefined) return -20;
  return Number(seconds) >= 15_768_000 ? 0 : -10;
}

function scoreReferrer(header: string | undefined): number {
  if (header === undefined) return 0;
  return /^(no-referrer|same-origin|strict-origin|strict-origin-when-cross-origin)$/.test(header) ? 5 : -5;
}

function scoreResourcePolicy(header: string | undefined): number {
  if (header === undefined || header === 'cross-origin') return 0;
  return header === 'same-origin' || header === 'same-site' ? 10 : -5;
}

const GRADES: readonly (readonly [minScore: number, grade: string])[] = [
  [100, 'A+'],
  [90, 'A'],
  [85, 'A-'],
  [80, 'B+'],
  [70, 'B'],
  [65, 'B-'],
  [60, 'C+'],
  [50, 'C'],
  [45, 'C-'],
  [40, 'D+'],
  [30, 'D'],
  [25, 'D-'],
];

function gradeOf(score: number): string {
  return GRADES.find(([minScore]) => score >= minScore)?.[1] ?? 'F';
}
