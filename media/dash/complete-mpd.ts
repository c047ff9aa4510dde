import { type ParsedElement, type Span, unescapeXml } from '../xml/parse-xml.ts';

/** A replacement in the manifest; an empty span inserts. */
export interface Edit {
  readonly span: Span;
  /** Escaped text. */
  readonly replacement: string;
}

/** A manifest's description of an audio adaptation set: ISO/IEC 23009-1:2022, 5.3.3. */
interface AudioSet {
  readonly element: ParsedElement;
  /** Name of the track, the same in stereo and 5.1. */
  readonly name: string | undefined;
  readonly label: Span | undefined;
  readonly role: Span | undefined;
  readonly isMain: boolean;
  readonly channels: string;
}

/** Names of layouts by `ChannelConfiguration`: ISO/IEC 23001-8, Table 9. Mono and stereo need none. */
const LAYOUT_NAMES: Readonly<Record<string, string>> = { '6': '5.1', '7': '7.1', '12': '7.1' };
const CHANNEL_SCHEMES: ReadonlySet<string> = new Set([
  'urn:mpeg:dash:23003:3:audio_channel_configuration:2011',
  'urn:mpeg:mpegB:cicp:ChannelConfiguration',
]);
const ROLE_SCHEME = 'urn:mpeg:dash:role:2011';

/** Changes to a manifest. */
export interface Completion {
  readonly edits: readonly Edit[];
  /** Elements that the edits remove. */
  readonly removed: ReadonlySet<ParsedElement>;
}

/**
 * Returns the edits that add what MediaConvert has no setting for: a language for audio of unknown language, the channels in
 * the labels of surround sound, whose stereo counterpart has the same name, and the role of a main track in every layout. Lists
 * a stereo track only once, although HLS also needs it in its surround group. Plan: holds for the manifests of AWS and of the
 * laptop.
 */
export function completeMpd(root: ParsedElement, text: string): Completion {
  const removed = new Set<ParsedElement>();
  const edits = childrenOf(root, 'Period').flatMap((period) => {
    const sets = childrenOf(period, 'AdaptationSet').filter((set) => isAudio(set, text)).map((set) => describe(set, text));
    const layoutsOfMain = new Map<string | undefined, Set<string>>();
    for (const { name, channels } of sets.filter(({ isMain }) => isMain))
      layoutsOfMain.set(name, (layoutsOfMain.get(name) ?? new Set()).add(channels));
    const listed = new Set<string>();
    return sets.flatMap((set): Edit[] => {
      const track = trackOf(set);
      if (track === undefined || !listed.has(track)) {
        if (track !== undefined) listed.add(track);
        return [...addLanguage(set, text), ...nameLayout(set), ...addRole(set, layoutsOfMain.get(set.name))];
      }
      removed.add(set.element);
      return [{ span: { start: set.element.start, end: set.element.closeEnd }, replacement: '' }];
    });
  });
  return { edits, removed };
}

/** Returns the name and channels of a track; names are unique within each layout of the job. */
function trackOf({ name, channels }: AudioSet): string | undefined {
  return name === undefined || channels === '' ? undefined : JSON.stringify([name, channels]);
}

function isAudio(set: ParsedElement, text: string): boolean {
  const representations = childrenOf(set, 'Representation');
  const types = [valueOf(set, 'contentType', text), ...[set, ...representations].map((of) => valueOf(of, 'mimeType', text))];
  return types.some((type) => type !== undefined && /^audio\b/.test(type));
}

function describe(set: ParsedElement, text: string): AudioSet {
  const label = childrenOf(set, 'Label')[0]?.text;
  const role = childrenOf(set, 'Role').find((of) => valueOf(of, 'schemeIdUri', text) === ROLE_SCHEME);
  const layouts = [set, ...childrenOf(set, 'Representation')].flatMap((of) => childrenOf(of, 'AudioChannelConfiguration'));
  const layout = layouts.find((of) => CHANNEL_SCHEMES.has(valueOf(of, 'schemeIdUri', text) ?? ''));
  return {
    element: set,
    name: label && unescapeXml(text.slice(label.start, label.end)).trim(),
    label,
    role: role?.attributes.get('value'),
    isMain: role !== undefined && valueOf(role, 'value', text) === 'main',
    channels: layout === undefined ? '' : (valueOf(layout, 'value', text) ?? ''),
  };
}

/** Marks a language as undetermined: RFC 5646, 4.1. */
function addLanguage({ element }: AudioSet, text: string): readonly Edit[] {
  if (element.attributes.has('lang')) return [];
  const [tag = ''] = /^<[^\s/>]+/.exec(text.slice(element.start, element.end)) ?? [];
  return [{ span: emptyAt(element.start + tag.length), replacement: ' lang="und"' }];
}

/** Names the layout in a label: the encoder's own setting allows no dot, and HLS needs the same name in all groups. */
function nameLayout({ name, label, channels }: AudioSet): readonly Edit[] {
  const layout = LAYOUT_NAMES[channels];
  if (label === undefined || layout === undefined || name?.includes(layout) === true) return [];
  return [{ span: emptyAt(label.end), replacement: ` ${layout}` }];
}

/**
 * Gives a track the role of its counterpart in the other layout; the encoder allows one default track overall.
 *
 * @param mainLayouts channels of the main tracks with the same name
 */
function addRole({ name, role, isMain, channels }: AudioSet, mainLayouts: ReadonlySet<string> = new Set()): readonly Edit[] {
  if (isMain || role === undefined || name === undefined) return [];
  const others = mainLayouts.size - (mainLayouts.has(channels) ? 1 : 0);
  return others > 0 ? [{ span: role, replacement: 'main' }] : [];
}

function emptyAt(position: number): Span {
  return { start: position, end: position };
}

function childrenOf({ children }: ParsedElement, name: string): readonly ParsedElement[] {
  return children.filter((child) => child.name === name);
}

function valueOf({ attributes }: ParsedElement, name: string, text: string): string | undefined {
  const span = attributes.get(name);
  return span && unescapeXml(text.slice(span.start, span.end));
}
