import { parseAttributeList, replaceValues } from './attribute-list.ts';
import { findVariants, type ListedVariant } from './variants.ts';

/**
 * Adds to a multivariant playlist what MediaConvert has no setting for, by RFC 8216 and Apple's authoring rules: a language for
 * audio of unknown language, a default in each audio group, the absence of closed captions, and a first variant that suits most
 * viewers. Plan: holds for the playlists of AWS and of the laptop.
 * https://developer.apple.com/documentation/http-live-streaming/hls-authoring-specification-for-apple-devices
 *
 * @returns the text, unchanged if it is not a multivariant playlist
 */
export function completeMultivariant(text: string): string {
  if (!/^#EXT-X-STREAM-INF:/m.test(text)) return text;
  const hasCaptions = text.includes('CLOSED-CAPTIONS');
  const lines = text.split(/(?<=\n)/);
  const defaults = findMissingDefaults(lines);
  const completed = lines.map((line) => {
    if (isAudio(line)) return withLanguage(defaults.has(line) ? asDefault(line) : line);
    return hasCaptions ? line : withoutCaptions(line);
  });
  return startNearTwoMegabits(completed).join('');
}

function attributesOf(line: string): ReadonlyMap<string, string> {
  return parseAttributeList(line.slice(line.indexOf(':') + 1).trimEnd());
}

function isAudio(line: string): boolean {
  return line.startsWith('#EXT-X-MEDIA:') && attributesOf(line).get('TYPE') === 'AUDIO';
}

function append(line: string, attribute: string): string {
  const [lineEnd = ''] = /\r?\n?$/.exec(line) ?? [];
  return `${line.slice(0, line.length - lineEnd.length).trimEnd()},${attribute}${lineEnd}`;
}

/** Marks a language as undetermined (RFC 5646, 4.1): Apple requires the attribute of every audio rendition. */
function withLanguage(line: string): string {
  return attributesOf(line).has('LANGUAGE') ? line : append(line, 'LANGUAGE="und"');
}

/** States that there are no captions. Without it, Apple's players offer some of an unknown language: RFC 8216, 4.3.4.2. */
function withoutCaptions(line: string): string {
  return line.startsWith('#EXT-X-STREAM-INF:') ? append(line, 'CLOSED-CAPTIONS=NONE') : line;
}

/**
 * Returns the lines of renditions that should be the default of their group: those with the name of another group's default.
 * "Each EXT-X-MEDIA tag MUST have the same set of attributes" as its counterpart in other groups, except URI and CHANNELS (RFC
 * 8216, 4.3.4.1.1), and the encoder allows one default across all groups.
 */
function findMissingDefaults(lines: readonly string[]): ReadonlySet<string> {
  const audio = lines.filter(isAudio).map((line) => ({ line, attributes: attributesOf(line) }));
  const defaults = audio.filter(({ attributes }) => attributes.get('DEFAULT') === 'YES').map(({ attributes }) => attributes);
  const groups = new Set(defaults.map((attributes) => attributes.get('GROUP-ID')));
  const names = new Set(defaults.map((attributes) => attributes.get('NAME')));
  const missing = audio.filter(({ attributes }) => {
    const isCounterpart = names.has(attributes.get('NAME')) && !groups.has(attributes.get('GROUP-ID'));
    // A group has at most one default.
    if (isCounterpart) groups.add(attributes.get('GROUP-ID'));
    return isCounterpart;
  });
  return new Set(missing.map(({ line }) => line));
}

/** Sets DEFAULT, and AUTOSELECT, which must not contradict it: RFC 8216, 4.3.4.1. */
function asDefault(line: string): string {
  return ['DEFAULT', 'AUTOSELECT'].reduce((changed, name) => {
    if (!attributesOf(changed).has(name)) return append(changed, `${name}=YES`);
    return replaceValues(changed, (attribute) => (attribute.name === name ? 'YES' : undefined));
  }, line);
}

/** Bit rate of the first variant, where players start: Apple's rule for viewers on Wi-Fi. */
const FIRST_VARIANT_BPS = 2_000_000;

/**
 * Moves the variant whose average bit rate is nearest to 2 Mbit/s to the front; the others keep their order. Its audio group
 * with the highest bit rate comes first: hls.js switches up to that group, and would fetch the sound twice if it started lower.
 */
function startNearTwoMegabits(lines: readonly string[]): readonly string[] {
  const variants = findVariants(lines).map((variant) => ({ ...variant, bitrateBps: bitrateOf(variant) }));
  const [first] = variants;
  if (first === undefined || !lines.at(-1)?.endsWith('\n')) return lines;
  // Later listings of the same variant differ in audio.
  const listed = new Map(variants.toReversed().map((variant) => [variant.uri, variant]));
  const inOrder = variants.filter((variant) => listed.get(variant.uri) === variant);
  const nearest = inOrder.toSorted((a, b) => distanceOf(a.bitrateBps) - distanceOf(b.bitrateBps))[0]?.uri;
  const moved = variants.filter(({ uri }) => uri === nearest).toSorted((a, b) => b.bitrateBps - a.bitrateBps);
  const places = moved.flatMap(({ start, end }) => Array.from({ length: end - start + 1 }, (_, index) => start + index));
  const isMoved = new Set(places);
  const kept = [...lines.keys()].filter((index) => !isMoved.has(index));
  const before = kept.filter((index) => index < first.start);
  return [...before, ...places, ...kept.slice(before.length)].map((index) => lines[index] ?? '');
}

function bitrateOf({ attributes }: ListedVariant): number {
  return Number(attributes.get('AVERAGE-BANDWIDTH') ?? attributes.get('BANDWIDTH') ?? 0);
}

function distanceOf(bitrateBps: number): number {
  return Math.abs(bitrateBps - FIRST_VARIANT_BPS);
}
