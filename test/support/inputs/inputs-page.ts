import { SOURCE_WARNING_CODES } from '../../../lambdas/contracts/source-warnings.ts';
import { describeLimits } from './describe-limits.ts';
import { type InputKind, type Topic, TOPICS } from './input-kind.ts';
import { TESTED_LISTS } from './tested-lists.ts';

const INTRODUCTION = `# Inputs

What happens to a file that is uploaded to the source bucket. For every row below, a test uploads such a file and checks its
outcome; \`npm run docs:inputs\` generates this page from the lists of these tests.

Every video is delivered in the same formats: 8-bit 4:2:0 H.264, progressive, with square pixels and a constant frame rate,
in Rec. 709 or, for standard definition, Rec. 601; AAC sound at 48 kHz. Each file has one of these outcomes:

- **accepted**: the video is \`ready\` and matches the file.
- **conformed**: the video is \`ready\`; properties that the formats above lack were converted, as the row says.
- **warned**: the video is \`ready\`, but lacks part of the file or may look different. It has a
  [warning](errors.md#warnings).
- **refused**: the file is [\`rejected\`](errors.md#rejected-the-files-fault) and gets no video.
- **ignored**: the object gets no video and no status, and stays in the bucket.

The tests run on the laptop. The last column says where MediaConvert, according to its documentation, may differ.
Containers and codecs without a row are accepted if
[MediaConvert reads them](https://docs.aws.amazon.com/mediaconvert/latest/ug/reference-codecs-containers-input.html).`;

/** Builds \`docs/inputs.md\`. */
export function buildInputsPage(): string {
  const topics = (Object.keys(TOPICS) as Topic[]).map(describeTopic);
  return `${[INTRODUCTION, describeRules(), ...topics, describeOtherWarnings()].join('\n\n')}\n`;
}

function describeRules(): string {
  return ['## Limits and rules', '', ...describeLimits().map((limit) => wrapItem(`- ${limit}`))].join('\n');
}

function describeTopic(topic: Topic): string {
  const lists = TESTED_LISTS.filter(({ kinds }) => kinds.some((kind) => kind.topic === topic));
  const kinds = lists.flatMap((list) => list.kinds.filter((kind) => kind.topic === topic));
  const columns = COLUMNS.filter(({ cell, isOptional }) => !isOptional || kinds.some((kind) => cell(kind) !== ''));
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const tests = [...new Set(lists.map(({ test }) => `[${test}](../${test})`))].toSorted();
  return [
    `## ${TOPICS[topic]}`,
    '',
    row(columns.map(({ heading }) => heading)),
    row(columns.map(() => '---')),
    ...kinds.map((kind) => row(columns.map(({ cell }) => cell(kind).replaceAll('|', '\\|')))),
    '',
    wrapItem(`Tests: ${tests.join(', ')}`, ''),
  ].join('\n');
}

interface Column {
  readonly heading: string;
  readonly cell: (kind: InputKind) => string;
  /** Whether the column is left out if it is empty. */
  readonly isOptional?: boolean;
}

const COLUMNS: readonly Column[] = [
  { heading: 'file', cell: ({ name, key }) => `${capitalized(name)}${key === undefined ? '' : `: \`${key}\``}` },
  { heading: 'outcome', cell: outcomeOf },
  { heading: 'viewers get', cell: ({ becomes, keeps }) => capitalized(becomes ?? keeps ?? ''), isOptional: true },
  { heading: 'on MediaConvert', cell: ({ onMediaConvert = '' }) => onMediaConvert, isOptional: true },
];

function outcomeOf({ refused, ignored, warnings = [], becomes }: InputKind): string {
  const links = (codes: readonly string[]): string => codes.map((code) => `[\`${code}\`](errors.md#${code})`).join(', ');
  if (ignored === true) return 'ignored';
  if (refused !== undefined) return `refused: ${links([refused])}`;
  if (warnings.length > 0) return `warned: ${links(warnings)}`;
  return becomes === undefined ? 'accepted' : 'conformed';
}

/** Lists the warnings that no kind has. */
function describeOtherWarnings(): string {
  const shown = new Set(TESTED_LISTS.flatMap(({ kinds }) => kinds.flatMap(({ warnings = [] }) => warnings)));
  const others = SOURCE_WARNING_CODES.filter((code) => !shown.has(code)).map((code) => `[\`${code}\`](errors.md#${code})`);
  return ['## Other warnings', '', wrapItem(`These warnings have no row above: ${others.join(', ')}.`, '')].join('\n');
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Breaks a paragraph or an item of a list into lines of at most 120 characters. */
function wrapItem(text: string, indent = '  '): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= 120) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
