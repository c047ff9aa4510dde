import { parseOperation } from '../../../local/operations/parse-operation.ts';

function parse(...args: readonly string[]) {
  return parseOperation(args, {}, '/work');
}

test.each([
  [['redrive', 'video', 'a.mp4'], { type: 'video', video: 'a.mp4', dryRun: false }],
  [['redrive', 'step', 'thumbnails', '--dry-run'], { type: 'failed', code: 'thumbnails_failed', dryRun: true }],
  [['redrive', 'step', 'transcode'], { type: 'failed', code: 'transcode_failed', dryRun: false }],
  [['redrive', 'code', 'encoder_denied'], { type: 'failed', code: 'encoder_denied', dryRun: false }],
  [['redrive', 'queue', 'removal'], { type: 'queue', queue: 'removal', dryRun: false }],
])('%j is understood', (args, request) => {
  expect(parse(...args)).toMatchObject({ name: 'redrive', request, target: { kind: 'laptop' } });
});

test('--deployment chooses AWS, with the region and profile of the AWS configuration unless they are given', () => {
  const target = { kind: 'deployment', stackPrefix: 'Sluice', region: undefined, profile: undefined };
  expect(parse('reconcile', '--deployment', 'Sluice')).toMatchObject({ target, dryRun: false, last: false });
  expect(parse('reconcile', '--deployment', 'Sluice', '--region', 'eu-west-1', '--profile', 'ops')).toMatchObject({
    target: { region: 'eu-west-1', profile: 'ops' },
  });
});

test.each([
  [['redrive'], 'npm run -s redrive -- video'],
  [['redrive', 'video'], 'redrive video takes exactly one argument.'],
  [['redrive', 'step', 'poster'], "'poster' is not a known step; known: transcode, permissions, thumbnails, metadata."],
  [['redrive', 'code', 'not_a_video'], "'not_a_video' is not a known code of a failure; known: source_archived"],
  [['redrive', 'queue', 'mail'], "'mail' is not a known queue; known: transcode"],
  [['redrive', 'thing', 'x'], "'thing' is not a known kind; known: video, step, code, queue."],
  [['redrive', 'video', 'a', '--region', 'eu-west-1'], '--region and --profile need --deployment.'],
  [['reconcile', '--last', '--dry-run'], '--last starts no run'],
  [['reconcile', 'now'], 'reconcile takes no argument: now.'],
  [['reconcile', '--dry'], "Unknown option '--dry'"],
])('%j is refused with what is wrong', (args, message) => {
  expect(() => parse(...args)).toThrow(message);
});

test('a dry run whose option npm has taken does not become a real one', () => {
  const environment = { npm_lifecycle_event: 'redrive', npm_config_dry_run: 'true' };
  expect(() => parseOperation(['redrive', 'step', 'thumbnails'], environment, '/work')).toThrow(
    'npm run -s redrive -- step thumbnails --dry-run',
  );
});

test('--help explains the command', () => {
  expect(parse('reconcile', '--help')).toMatchObject({ name: 'help', text: expect.stringContaining('--remove-unknown') });
});
