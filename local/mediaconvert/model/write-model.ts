import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { MODEL_FILE, type Shape } from './create-job-model.ts';

/** Shape in botocore's `service-2.json`, with documentation and what only some clients need. */
interface ServiceShape extends Omit<Shape, 'members'> {
  readonly members?: Readonly<Record<string, { readonly shape: string; readonly locationName: string }>>;
}

const HELP = `Writes the excerpt of MediaConvert's API model for CreateJob, from the botocore that python3 finds
(Debian: python3-botocore), to ${MODEL_FILE}.

  npm run model:mediaconvert
`;

/**
 * Takes the shapes that a request of CreateJob can reach, without their documentation.
 * https://github.com/boto/botocore/tree/develop/botocore/data/mediaconvert (Apache-2.0)
 */
function takeCreateJob(all: Readonly<Record<string, ServiceShape>>): Readonly<Record<string, Shape>> {
  const taken = new Map<string, Shape>();
  const take = (name: string): void => {
    const shape = all[name];
    if (shape === undefined) throw new Error(`The model has no shape ${name}.`);
    if (taken.has(name)) return;
    const { type, required, enum: values, pattern, member, key, value } = shape;
    const [min, max] = boundsOf(name, shape);
    const members = Object.entries(shape.members ?? {}).map(
      ([of, one]) => [of, { shape: one.shape, locationName: one.locationName }] as const,
    );
    const inner = [member, key, value].map((one) => one && { shape: one.shape });
    taken.set(name, {
      type,
      ...(shape.members && { members: Object.fromEntries(members) }),
      ...(required && { required }),
      ...(values && { enum: values }),
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
      ...(pattern !== undefined && { pattern }),
      ...(inner[0] && { member: inner[0] }),
      ...(inner[1] && { key: inner[1] }),
      ...(inner[2] && { value: inner[2] }),
    });
    for (const [, one] of members) take(one.shape);
    for (const one of inner) if (one !== undefined) take(one.shape);
  };
  take('CreateJobRequest');
  return Object.fromEntries([...taken].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Returns the bounds of a shape, which for a `double` stand in its name only, such as `__doubleMinNegative60Max6`. */
function boundsOf(name: string, { type, min, max }: ServiceShape): readonly (number | undefined)[] {
  if (type !== 'double') return [min, max];
  return ['Min', 'Max'].map((word) => {
    const [, negative, digits] = new RegExp(`${word}(Negative)?(\\d+)`).exec(name) ?? [];
    return digits === undefined ? undefined : Number(digits) * (negative === undefined ? 1 : -1);
  });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function writeModel(): void {
  const script = 'import botocore, os; print(botocore.__version__); print(os.path.dirname(botocore.__file__))';
  const [version, directory = ''] = execFileSync('python3', ['-c', script], { encoding: 'utf8' }).trim().split('\n');
  const path = join(directory, 'data/mediaconvert/2017-08-29/service-2.json');
  const text = existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(`${path}.gz`));
  const { shapes }: { shapes: Readonly<Record<string, ServiceShape>> } = JSON.parse(text.toString());
  const taken = Object.entries(takeCreateJob(shapes));
  const lines = taken.map(([name, shape]) => `${JSON.stringify(name)}:${JSON.stringify(shape)}`);
  const source = `botocore ${version}, mediaconvert 2017-08-29, Apache-2.0`;
  writeFileSync(MODEL_FILE, `{"source":${JSON.stringify(source)},"shapes":{\n${lines.join(',\n')}\n}}\n`);
  print(`${taken.length} shapes of ${source}`);
}

if (process.argv.includes('--help')) print(HELP);
else writeModel();
