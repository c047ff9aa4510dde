import { completeMpd, type Edit } from './complete-mpd.ts';
import { UnreadablePlaylistError } from '../unreadable-playlist-error.ts';
import { absolutePath, folderOf, isRelativeReference, rewriteReference, type UriRewriter } from '../uri-rewriter.ts';
import { parseXml, type Span, unescapeXml, type ParsedElement } from '../xml/parse-xml.ts';
import { escapeXml } from '../xml/write-xml.ts';

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

/** Limit of alternative base addresses, which multiply with each level. The encoder writes none. */
const MAX_BASES = 32;

const NOWHERE = new URL('about:blank');

/**
 * Rewrites every URI of a DASH manifest and completes its descriptions of audio. Leaves everything else unchanged, including
 * byte ranges and template variables.
 *
 * A reference changes only if `uris` gives the same result for every BaseURL that it may be resolved against.
 *
 * Served at another address, the BaseURLs of the MPD element are rebased. An MPD without one gets one, with the path of its folder
 * alone. Everything below is resolved against it, templates too, and needs no change of its own.
 *
 * @throws UnreadablePlaylistError if the text is not a well-formed MPD
 */
export function rewriteDash(text: string, uris: UriRewriter): string {
  const root = parseXml(text);
  if (root.name !== 'MPD') throw new UnreadablePlaylistError('The root element of the manifest is not MPD.');
  const { base, served = base } = uris;
  const isMoved = folderOf(served) !== folderOf(base);
  const completion = completeMpd(root, text);
  const edits = [...completion.edits];
  const hasPlainIds = hasOnlyPlainIds(root, text);

  const change = (span: Span, changed: (reference: string) => string): void => {
    const reference = unescapeXml(text.slice(span.start, span.end)).trim();
    if (!hasPlainIds && reference.includes('$RepresentationID$')) return;
    const replacement = changed(reference);
    if (replacement !== reference) edits.push({ span, replacement: escapeXml(replacement) });
  };
  const rewriteBelow = (bases: readonly URL[], reference: string): string => {
    const [rewritten = reference, ...others] = bases.map((at) => uris.rewrite(reference, at));
    return others.some((other) => other !== rewritten) ? reference : rewritten;
  };
  const rewriteBase = (bases: readonly URL[], reference: string): string => {
    const rewritten = rewriteBelow(bases, reference);
    return rewritten === reference ? reference : toAbsolutePath(rewritten, bases);
  };
  const rewriteToPath = (reference: string): string => {
    const rewritten = rewriteReference(reference, uris);
    return rewritten === reference ? reference : toAbsolutePath(rewritten, [served]);
  };

  const visit = (element: ParsedElement, inherited: readonly URL[]): void => {
    const bases = basesOf(element, inherited, text);
    for (const name of URI_ATTRIBUTES[element.name] ?? []) {
      const span = element.attributes.get(name);
      if (span !== undefined) change(span, (reference) => rewriteBelow(bases, reference));
    }
    for (const child of element.children) {
      if (URI_ELEMENTS.has(child.name)) {
        if (child.text === undefined) continue;
        if (child.name === 'BaseURL' && element !== root) change(child.text, (reference) => rewriteBase(inherited, reference));
        // Players resolve a location against the manifest or its base: an absolute path leads to the same place from both.
        else if (child.name === 'BaseURL' || isMoved) change(child.text, rewriteToPath);
        else change(child.text, (reference) => rewriteReference(reference, uris));
      } else if (!completion.removed.has(child)) {
        visit(child, bases);
      }
    }
  };
  visit(root, [base]);
  if (isMoved) edits.push(...addBase(root, text, folderOf(base)));
  return apply(text, edits);
}

/**
 * Returns a rewritten BaseURL as an absolute path, if it resolves to only one. FFmpeg's demuxer drops everything behind
 * the first ampersand of other relative ones.
 * https://github.com/FFmpeg/FFmpeg/blob/n8.0/libavformat/dashdec.c (`resolve_content_path`)
 */
function toAbsolutePath(reference: string, [base, ...others]: readonly URL[]): string {
  const target = others.length === 0 ? URL.parse(reference, base?.href) : null;
  return target === null ? reference : absolutePath(target);
}

/** Returns the edit that gives an MPD without a BaseURL one, where the schema has it: ISO/IEC 23009-1:2022, 5.3.1.3. */
function addBase({ start, end, closeEnd, children }: ParsedElement, text: string, folder: string): readonly Edit[] {
  if (end === closeEnd || children.some(({ name }) => name === 'BaseURL')) return [];
  const [, prefix = ''] = /^<([^\s<>/:]+:)?/.exec(text.slice(start, end)) ?? [];
  const at = children.findLast(({ name }) => name === 'ProgramInformation')?.closeEnd ?? end;
  const replacement = `<${prefix}BaseURL>${escapeXml(folder)}</${prefix}BaseURL>`;
  return [{ span: { start: at, end: at }, replacement }];
}

/** Returns the addresses that an element's references may be resolved against: ISO/IEC 23009-1:2022, 5.6.5. */
function basesOf(element: ParsedElement, inherited: readonly URL[], text: string): readonly URL[] {
  const own = element.children.filter((child) => child.name === 'BaseURL');
  if (own.length === 0) return inherited;
  if (own.length * inherited.length > MAX_BASES)
    throw new UnreadablePlaylistError('The manifest has too many base URLs.');
  return own.flatMap((child) =>
    inherited.map((base) => {
      const reference =
        child.text === undefined ? '' : unescapeXml(text.slice(child.text.start, child.text.end)).trim();
      // Anything but a plain relative reference (comments and CDATA, for example) could lead anywhere: rewrite nothing below it.
      return (isRelativeReference(reference) ? URL.parse(reference, base.href) : null) ?? NOWHERE;
    }),
  );
}

/** Returns whether no `$RepresentationID$` of a template can smuggle in another host. */
function hasOnlyPlainIds(element: ParsedElement, text: string): boolean {
  const id = element.name === 'Representation' ? element.attributes.get('id') : undefined;
  if (id !== undefined && !/^[A-Za-z0-9._-]*$/.test(text.slice(id.start, id.end))) return false;
  return element.children.every((child) => hasOnlyPlainIds(child, text));
}

function apply(text: string, edits: readonly Edit[]): string {
  let result = '';
  let position = 0;
  for (const { span, replacement } of edits.toSorted((a, b) => a.span.start - b.span.start)) {
    result += text.slice(position, span.start) + replacement;
    position = span.end;
  }
  return result + text.slice(position);
}
