import { UnreadablePlaylistError } from '../unreadable-playlist-error.ts';
import { isRelativeReference, type ReferenceSigner } from '../../lambdas/signing/sign-reference.ts';
import { escapeXml, parseXml, unescapeXml, type Span, type XmlElement } from '../xml/parse-xml.ts';

/** Attributes that hold a URI or a template of URIs (ISO/IEC 23009-1:2022, 5.3.9), by element. */
const URI_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  Initialization: ['sourceURL'],
  RepresentationIndex: ['sourceURL'],
  BitstreamSwitching: ['sourceURL'],
  SegmentURL: ['media', 'index'],
  SegmentTemplate: ['media', 'index', 'initialization', 'bitstreamSwitching'],
};

/** Elements whose text is a URI. */
const URI_ELEMENTS = new Set(['BaseURL', 'Location', 'PatchLocation']);

/** Alternative base addresses multiply with each level; more than this is no manifest of ours. */
const MAX_BASES = 32;

const NOWHERE = new URL('about:blank');

/**
 * Signs every URI of a DASH manifest; everything else, byte ranges and templates' variables included, stays as it is.
 *
 * A reference is signed only if every BaseURL that it may be resolved against keeps it on this video's path.
 *
 * @throws UnreadablePlaylistError if the text is not a well-formed MPD
 */
export function rewriteDash(text: string, signer: ReferenceSigner): string {
  const root = parseXml(text);
  if (root.name !== 'MPD') throw new UnreadablePlaylistError('The manifest has no MPD.');
  const edits: { readonly span: Span; readonly replacement: string }[] = [];
  const plainIds = everyIdIsPlain(root, text);

  const sign = (span: Span, bases: readonly URL[]): void => {
    const reference = unescapeXml(text.slice(span.start, span.end)).trim();
    if (!plainIds && reference.includes('$RepresentationID$')) return;
    const [signed = reference, ...others] = bases.map((base) => signer.sign(reference, base));
    if (signed === reference || others.some((other) => other !== signed)) return;
    edits.push({ span, replacement: escapeXml(signed) });
  };

  const visit = (element: XmlElement, inherited: readonly URL[]): void => {
    const bases = basesOf(element, inherited, text);
    for (const name of URI_ATTRIBUTES[element.name] ?? []) {
      const span = element.attributes.get(name);
      if (span !== undefined) sign(span, bases);
    }
    for (const child of element.children) {
      if (URI_ELEMENTS.has(child.name)) {
        if (child.text !== undefined) sign(child.text, child.name === 'BaseURL' ? inherited : [signer.base]);
      } else {
        visit(child, bases);
      }
    }
  };
  visit(root, [signer.base]);
  return apply(text, edits);
}

/** @returns the addresses that an element's references may be resolved against (ISO/IEC 23009-1:2022, 5.6.5) */
function basesOf(element: XmlElement, inherited: readonly URL[], text: string): readonly URL[] {
  const own = element.children.filter((child) => child.name === 'BaseURL');
  if (own.length === 0) return inherited;
  if (own.length * inherited.length > MAX_BASES) throw new UnreadablePlaylistError('The manifest has too many base URLs.');
  return own.flatMap((child) =>
    inherited.map((base) => {
      const reference =
        child.text === undefined ? '' : unescapeXml(text.slice(child.text.start, child.text.end)).trim();
      // What is no plain relative reference (comments and CDATA in it, too) could lead anywhere: nothing below is signed.
      return (isRelativeReference(reference) ? URL.parse(reference, base.href) : null) ?? NOWHERE;
    }),
  );
}

/** A template's `$RepresentationID$` must not smuggle in another host. */
function everyIdIsPlain(element: XmlElement, text: string): boolean {
  const id = element.name === 'Representation' ? element.attributes.get('id') : undefined;
  if (id !== undefined && !/^[A-Za-z0-9._-]*$/.test(text.slice(id.start, id.end))) return false;
  return element.children.every((child) => everyIdIsPlain(child, text));
}

function apply(text: string, edits: readonly { readonly span: Span; readonly replacement: string }[]): string {
  let result = '';
  let position = 0;
  for (const { span, replacement } of edits.toSorted((a, b) => a.span.start - b.span.start)) {
    result += text.slice(position, span.start) + replacement;
    position = span.end;
  }
  return result + text.slice(position);
}
