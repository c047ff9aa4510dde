import { jsonPointer } from './json-pointer.ts';

/** Strings and punctuation of valid JSON; numbers, literals and white space do not matter. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs;

interface OpenObject {
  readonly names: Set<string>;
  name: string;
}

interface OpenArray {
  index: number;
}

/**
 * Finds the first member that its object has more than once, at any depth. `JSON.parse` keeps the last one of them.
 *
 * @returns its JSON pointer; undefined if there is none or the text is not valid JSON
 */
export function findRepeatedMember(json: string): string | undefined {
  if (!isJson(json)) return undefined;
  const open: (OpenObject | OpenArray)[] = [];
  let previous = '';
  for (const [token] of json.matchAll(TOKENS)) {
    const inner = open.at(-1);
    if (token === '{') open.push({ names: new Set(), name: '' });
    else if (token === '[') open.push({ index: 0 });
    else if (token === '}' || token === ']') open.pop();
    else if (inner !== undefined && 'index' in inner) inner.index += token === ',' ? 1 : 0;
    else if (inner !== undefined && token.startsWith('"') && previous !== ':') {
      inner.name = String(JSON.parse(token));
      if (inner.names.has(inner.name)) return jsonPointer(open.map((part) => ('index' in part ? part.index : part.name)));
      inner.names.add(inner.name);
    }
    previous = token;
  }
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
