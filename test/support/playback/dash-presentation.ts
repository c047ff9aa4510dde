import { XMLParser } from 'fast-xml-parser';
import {
  addSidxSegmentsToPlaylist,
  inheritAttributes,
  parse,
  type Representation,
  stringToMpdXml,
  toPlaylists,
} from 'mpd-parser';
import { fetchBytes, fetchText, fileNameOf } from './hls-presentation.ts';
import { readTrackBytes, type TrackBytes } from './track-bytes.ts';

/** Element of the manifest, since mpd-parser does not return all of them. */
export interface MpdElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly MpdElement[];
  readonly text: string;
}

/** Representation in one file, with the segments that mpd-parser derives from the file's own index. */
export interface DashRendition extends Required<Representation> {
  readonly bytes: TrackBytes;
}

/** Everything reachable from a signed DASH URL. */
export interface DashPresentation {
  readonly root: MpdElement;
  readonly durationSeconds: number;
  /** Renditions by `id`. */
  readonly renditions: ReadonlyMap<string, DashRendition>;
  /** Name, status and content type of each thumbnail image, in order. */
  readonly images: readonly string[];
}

/** @throws Error for a manifest that mpd-parser rejects or warns about, or a file that is not served */
export async function readDash(dashUrl: string): Promise<DashPresentation> {
  const text = await fetchText(dashUrl);
  const warnings: string[] = [];
  const options = {
    manifestUri: dashUrl,
    eventHandler: ({ message }: { message: string }) => void warnings.push(message),
  };
  const { duration } = parse(text, options);
  const representations = toPlaylists(inheritAttributes(stringToMpdXml(text), options).representationInfo);
  if (warnings.length > 0) throw new Error(`mpd-parser warns: ${warnings.join('; ')}`);
  const [images, files] = [true, false].map((wanted) =>
    representations.filter(({ attributes }) => (attributes['mimeType'] === 'image/jpeg') === wanted),
  );
  const renditions = await Promise.all(
    (files ?? []).map(async (file) => [String(file.attributes['id']), await readRendition(file)] as const),
  );
  const uris = (images ?? []).flatMap(({ segments = [] }) => segments.map(({ resolvedUri }) => resolvedUri));
  return {
    root: readXml(text),
    durationSeconds: duration,
    renditions: new Map(renditions),
    images: await Promise.all(uris.map(describeImage)),
  };
}

async function readRendition(file: Representation): Promise<DashRendition> {
  const { sidx } = file;
  if (sidx === undefined) throw new Error(`Representation ${String(file.attributes['id'])} has no index.`);
  const bytes = readTrackBytes(await fetchBytes(sidx.resolvedUri));
  const index = {
    timescale: bytes.index.timescale,
    firstOffset: bytes.index.firstOffset,
    references: bytes.index.references.map(({ size, ticks }) => ({
      referenceType: 0,
      referencedSize: size,
      subsegmentDuration: ticks,
    })),
  };
  return { ...addSidxSegmentsToPlaylist(file, index, sidx.resolvedUri), bytes };
}

async function describeImage(uri: string): Promise<string> {
  const response = await fetch(uri, { method: 'HEAD' });
  return `${fileNameOf(uri)} ${response.status} ${response.headers.get('content-type')}`;
}

type Node = Readonly<Record<string, unknown>>;

function readXml(text: string): MpdElement {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    ignoreDeclaration: true,
  });
  const [root] = (parser.parse(text) as readonly Node[]).map(toElement);
  if (root === undefined) throw new Error('The manifest is empty.');
  return root;
}

function toElement(node: Node): MpdElement {
  const name = Object.keys(node).find((key) => key !== ':@') ?? '';
  const content = node[name] as readonly Node[];
  return {
    name,
    attributes: (node[':@'] ?? {}) as Record<string, string>,
    children: content.filter((child) => !('#text' in child)).map(toElement),
    text: content.flatMap((child) => ('#text' in child ? [String(child['#text'])] : [])).join(''),
  };
}

export function childrenOf({ children }: MpdElement, name: string): readonly MpdElement[] {
  return children.filter((child) => child.name === name);
}
