import stringWidth from 'string-width';
import { createSupportsHyperlinks } from 'supports-hyperlinks';
import { cutToColumns, escapeControlsInLines } from './columns.ts';

/** Output of lines and, on a terminal, one line of current progress below them. */
export interface Terminal {
  /** Whether a person watches the output; otherwise a file or a program receives it. */
  readonly isInteractive: boolean;
  /** Whether a text can open a URL when it is clicked. */
  readonly hasHyperlinks: boolean;
  /** Prints permanent lines. @param url opened by a click on the text, if the terminal has hyperlinks */
  line(text: string, url?: string): void;
  /**
   * Replaces the progress line; does nothing if the output is not a terminal.
   *
   * @param subject cut if the line is too long
   * @param state kept as a whole where it fits
   */
  progress(subject: string, state?: string): void;
}

const ERASE_LINE = '\r\u001B[K';

/** Columns of a terminal that does not report its size. */
const DEFAULT_COLUMNS = 80;

export function openTerminal(output: NodeJS.WriteStream): Terminal {
  if (!output.isTTY) {
    return {
      isInteractive: false,
      hasHyperlinks: false,
      line: (text) => void output.write(`${escapeControlsInLines(text)}\n`),
      progress: () => {},
    };
  }
  const hasHyperlinks = createSupportsHyperlinks(output);
  let current = '';
  return {
    isInteractive: true,
    hasHyperlinks,
    line: (text, url) => {
      const printable = escapeControlsInLines(text);
      const linked = hasHyperlinks && url !== undefined ? writeHyperlink(printable, url) : printable;
      output.write(`${ERASE_LINE}${linked}\n${current}`);
    },
    progress: (subject, state = '') => {
      current = fitLine(subject, state, (output.columns || DEFAULT_COLUMNS) - 1);
      output.write(`${ERASE_LINE}${current}`);
    },
  };
}

function fitLine(subject: string, state: string, columns: number): string {
  const tail = subject === '' || state === '' ? state : `  ${state}`;
  const head = cutToColumns(escapeControlsInLines(subject), Math.max(0, columns - stringWidth(tail)));
  return cutToColumns(`${head}${tail}`, columns);
}

/**
 * Returns the control sequence OSC 8 around a text.
 * https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
 */
function writeHyperlink(text: string, url: string): string {
  return `\u001B]8;;${url}\u001B\\${text}\u001B]8;;\u001B\\`;
}
