import { parseXml, type ParsedElement, unescapeXml } from '../../../media/xml/parse-xml.ts';

/** Attributes of HLS whose values are URIs. */
const HLS_URI = /[:,](?:URI|SERVER-URI|X-ASSET-URI|X-ASSET-LIST)="([^"]*)"/g;

/** Returns the addresses to which a player resolves the references of an HLS playlist that is served at an address, in order. */
export function hlsAddresses(text: string, served: string): string[] {
  const references = text.split(/\r?\n/).flatMap((line) =>
    line.startsWith('#EXT-X-') ? [...line.matchAll(HLS_URI)].map(([, uri = '']) => uri) : line === '' || line.startsWith('#') ? [] : [line],
  );
  return references.map((reference) => new URL(reference, served).href);
}

/** Returns the addresses to which a player resolves the references of a storyboard: the lines after timings, in order. */
export function storyboardAddresses(text: string, served: string): string[] {
  const lines = text.split(/\r?\n/);
  return lines.flatMap((line, index) => (lines[index - 1]?.includes('-->') === true ? [new URL(line, served).href] : []));
}

const DASH_ATTRIBUTES = ['media', 'initialization', 'index', 'bitstreamSwitching', 'sourceURL'];

/**
 * Returns the addresses to which a player resolves the references of a manifest that is served at an address, in order:
 * ISO/IEC 23009-1:2022, 5.6. Each reference is resolved against each of its bases. A representation's own base counts as a
 * reference.
 */
export function dashAddresses(text: string, served: string): string[] {
  const valueOf = (span: { readonly start: number; readonly end: number } | undefined): string =>
    span === undefined ? '' : unescapeXml(text.slice(span.start, span.end)).trim();
  const addressesOf = (element: ParsedElement, inherited: readonly string[]): string[] => {
    const own = element.children.filter(({ name }) => name === 'BaseURL');
    const bases = own.length === 0 ? inherited : own.flatMap((base) => inherited.map((at) => new URL(valueOf(base.text), at).href));
    const references = DASH_ATTRIBUTES.filter((name) => element.attributes.has(name)).map((name) => valueOf(element.attributes.get(name)));
    const locations = element.children.filter(({ name }) => name === 'Location' || name === 'PatchLocation');
    return [
      ...(element.name === 'Representation' && own.length > 0 ? bases : []),
      ...references.flatMap((reference) => bases.map((base) => new URL(reference, base).href)),
      ...locations.map((location) => new URL(valueOf(location.text), served).href),
      ...element.children.flatMap((child) => addressesOf(child, bases)),
    ];
  };
  return addressesOf(parseXml(text), [served]);
}
