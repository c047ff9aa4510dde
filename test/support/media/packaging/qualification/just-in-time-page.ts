import { CODEC_RULES, MAX_AVC_LEVEL, MAX_FRAME_RATE } from '../../../../../media/packaging/qualification/picture-reasons.ts';
import { MAX_SEGMENT_SECONDS } from '../../../../../media/packaging/qualification/qualify.ts';
import { SOUND_LEVELS } from '../../../../../media/packaging/qualification/sound-choice.ts';
import { MAX_END_DIFFERENCE_SECONDS, MAX_START_DIFFERENCE_SECONDS } from '../../../../../media/packaging/qualification/track-reasons.ts';
import { maxSegmentBytes } from '../../../../../media/packaging/segments/plan-segments.ts';
import { BROWSERS, MEASURED_ORIENTATIONS } from './measured-orientations.ts';
import { type QualifiedFile, TOPICS } from './qualified-file.ts';
import { QUALIFIED_FILES } from './qualified-files.ts';

const INTRODUCTION = `# Just-in-time packaging

Which files can be shown without encoding them first: segments of HLS and DASH are made from the file when a player requests them.
There are two levels:

- **everywhere**: at the permanent URL, which any player may open.
- **page**: only in the project's own player, whose engine is hls.js. The page has to ask \`MediaSource.isTypeSupported\` first
  where the reason is \`codec_not_everywhere\` or \`sound_codec_not_everywhere\`, and to turn the picture where it is \`rotated\` or
  \`mirrored\`.

A file at neither level waits for its encoded renditions.
[\`qualify\`](../media/packaging/qualification/qualify.ts) decides, and returns a code and a sentence for each reason;
\`disqualify\` does so for a file that cannot be packaged at all. For every row below,
[a test](../test/media/packaging/qualification/qualify.test.ts) makes such a file, checks its level and reasons, and plays it in
Chromium, or, where distributions build Chromium without a decoder, decodes its segments with ffmpeg ("not seen playing").
\`npm run docs:just-in-time\` generates this page from the rules and the list of the tests.`;

const ORIENTATION = `## Rotated pictures

Phones record most videos rotated: a matrix in the file says how to show the picture. Not every browser follows such a matrix in
an init segment, or the mirroring in it. Measured with hls.js, the picture is shown:`;

const ORIENTATION_RESULT = `So the matrix of every init segment is the identity, and a transport stream cannot state another. All players show the picture as
it is stored, and \`RESOLUTION\` of HLS and \`width\` and \`height\` of DASH are those of the stored picture. The index keeps the
orientation, by which the page [turns the picture](../web/player/turn-upright.ts) in CSS, the same way in every browser. Only the
page does so: no rotated or mirrored file is at the level of other players, Apple's own HLS player among them.

[A test](../test/endurance/orientation.test.ts) repeats the measurement, and reads from screenshots that each of these pictures
is upright in the page's player, in all three browsers: in wide boxes, narrow ones and full screen, also with pixels that are not
square. Where a browser shows the video without the page's styles, the picture is as stored: in picture-in-picture, in full screen
of the bare video, as on phones, and on a television by AirPlay.`;

const OPEN_GOPS = `## Open groups of pictures

In H.264, an open group of pictures begins with an I picture that is not IDR. Chromium's Media Source Extensions do not take it
for a key frame, whatever the file says: after a seek, decoding fails for good
([hls.js issue 7774](https://github.com/video-dev/hls.js/issues/7774)). Firefox plays such files. A group without reordered
pictures may begin with such a picture, too; since the index does not tell, it is not recognized. In HEVC, Chromium's parser
accepts all random access pictures.`;

/** Builds `docs/just-in-time.md`. */
export function buildJustInTimePage(): string {
  const topics = Object.entries(TOPICS).map(([topic, heading]) => describeTopic(topic, heading));
  const parts = [INTRODUCTION, describeRules(), `${ORIENTATION}\n\n${describeOrientations()}\n\n${ORIENTATION_RESULT}`, OPEN_GOPS];
  return `${[...parts, '## Files', ...topics].join('\n\n')}\n`;
}

function describeRules(): string {
  const codecs = Object.values(CODEC_RULES).map(({ name, profiles, maxBitDepth, isEverywhere }) =>
    `  - ${name}: profile ${Object.values(profiles).join(', ')}; 4:2:0 in up to ${maxBitDepth} bits: ${isEverywhere ? 'everywhere' : 'page'}`);
  const sounds = Object.entries(SOUND_LEVELS).map(([codec, level]) => `${SOUND_NAMES[codec] ?? codec}: ${level === 'none' ? 'not played' : level}`);
  const [fixedBytes, secondBytes] = [maxSegmentBytes(0), maxSegmentBytes(1) - maxSegmentBytes(0)];
  return [
    '## Rules',
    '',
    '- Pictures, progressive:',
    ...codecs,
    `- H.264 up to level ${MAX_AVC_LEVEL / 10} and up to ${MAX_FRAME_RATE} frames per second are shown everywhere, as`,
    "  [Apple's authoring specification](https://developer.apple.com/streaming/hls-authoring-specification-for-apple-devices.html)",
    '  demands; others in the page. Of a varying frame rate, the busiest second counts: playlists state its rate as `FRAME-RATE`.',
    `- Sound in fragmented MP4: ${sounds.slice(0, 3).join('; ')};`,
    `  ${sounds.slice(3).join('; ')}. Sound at a lower level than`,
    '  other sound of the file is left out, and named; a file with sound of which none can be played does not qualify.',
    `- Sound starts at most ${MAX_START_DIFFERENCE_SECONDS} s before or after the picture, since players skip to the later of them; it ends at most`,
    `  ${MAX_END_DIFFERENCE_SECONDS} s before or after it, since dash.js and hls.js stall after a seek to where only one of them is left; and every`,
    '  segment has sound, since hls.js refuses a fragment without samples. Other files wait for their encoded renditions.',
    `- A segment has at most ${fixedBytes / 1e6} MB and ${secondBytes / 1e6} MB for each second. A function on AWS Lambda streams`,
    '  [the first 6 MB at once, and then 2 MB/s](https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html),',
    '  so that each segment arrives within half its duration. Segments get shorter, down to one group of pictures, before a file is',
    '  turned away.',
    `- A segment lasts at most ${MAX_SEGMENT_SECONDS.everywhere} s everywhere, since dash.js gives up after 20 s, and`,
    `  ${MAX_SEGMENT_SECONDS.page} s in the page, where its bytes still fit into the 100 MB that Firefox buffers.`,
  ].join('\n');
}

const SOUND_NAMES: Readonly<Record<string, string>> = { aac: 'AAC', opus: 'Opus', flac: 'FLAC', mp3: 'MP3', ac3: 'AC-3', eac3: 'E-AC-3' };

function describeOrientations(): string {
  const rows = MEASURED_ORIENTATIONS.map(({ name, shown }) => row([name, ...shown.map((isUpright) => (isUpright ? 'upright' : 'as stored'))]));
  return [row(['file', ...BROWSERS]), row(['---', ...BROWSERS.map(() => '---')]), ...rows].join('\n');
}

function describeTopic(topic: string, heading: string): string {
  const files = QUALIFIED_FILES.filter((file) => file.topic === topic);
  const head = ['file', 'level', 'why not higher', 'left out', 'in Chromium'];
  return [`### ${heading}`, '', row(head), row(head.map(() => '---')), ...files.map(describeFile)].join('\n');
}

function describeFile({ name, level, reasons = [], leftOut = [], isUnseen = false }: QualifiedFile): string {
  const codes = (list: readonly string[]): string => list.map((code) => `\`${code}\``).join(', ');
  const seen = level === 'none' ? '' : isUnseen ? 'not seen playing' : 'plays';
  return row([name, level === 'none' ? 'neither' : level, codes(reasons), codes(leftOut), seen]);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
