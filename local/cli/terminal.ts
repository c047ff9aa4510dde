/** Output of lines and, on a terminal, one line of current progress below them. */
export interface Terminal {
  /** Prints a permanent line. */
  line(text: string): void;
  /** Replaces the progress line; does nothing if the output is not a terminal. */
  progress(text: string): void;
}

const ERASE_LINE = '\r\u001B[K';

export function openTerminal(output: NodeJS.WriteStream): Terminal {
  if (!output.isTTY) return { line: (text) => void output.write(`${text}\n`), progress: () => {} };
  let current = '';
  return {
    line: (text) => void output.write(`${ERASE_LINE}${text}\n${current}`),
    progress: (text) => {
      current = text.slice(0, output.columns - 1);
      output.write(`${ERASE_LINE}${current}`);
    },
  };
}
