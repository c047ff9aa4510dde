import stringWidth from 'string-width';
import { openTerminal, type Terminal } from '../../../local/cli/terminal.ts';

const FORCED = process.env['FORCE_HYPERLINK'];
afterEach(() => {
  if (FORCED === undefined) delete process.env['FORCE_HYPERLINK'];
  else process.env['FORCE_HYPERLINK'] = FORCED;
});

function open({ columns, isTTY = true }: { columns?: number; isTTY?: boolean }): { terminal: Terminal; output: () => string } {
  let written = '';
  const write = (text: string): boolean => {
    written += text;
    return true;
  };
  return { terminal: openTerminal({ isTTY, columns, write } as NodeJS.WriteStream), output: () => written };
}

/** Returns the last progress line, without the control sequence that erases the one before. */
function lastLine(written: string): string {
  return written.split('\r\u001B[K').at(-1) ?? '';
}

test.each(['강의 제1강 서론 최종본.mp4', 'a'.repeat(60), '👩‍👩‍👧‍👦'.repeat(30)])('keeps the progress of %s on one line, with its state', (name) => {
  const { terminal, output } = open({ columns: 30 });
  terminal.progress(name, 'encoding 43%');
  expect(lastLine(output())).toMatch(/ {2}encoding 43%$/);
  expect(stringWidth(lastLine(output()))).toBeLessThan(30);
});

test('fits a progress line into any width', () => {
  for (const columns of [1, 2, 10]) {
    const { terminal, output } = open({ columns });
    terminal.progress('강의.mp4', 'encoding 43%');
    expect(stringWidth(lastLine(output()))).toBeLessThan(columns);
  }
});

test('assumes 80 columns where the terminal reports none', () => {
  const { terminal, output } = open({ columns: 0 });
  terminal.progress('a'.repeat(200), 'uploading 1%');
  expect(stringWidth(lastLine(output()))).toBe(79);
});

test('repeats the progress line below a permanent line', () => {
  const { terminal, output } = open({ columns: 40 });
  terminal.progress('a.mp4', 'encoding 1%');
  terminal.line('b.mp4  uploaded');
  expect(output()).toMatch(/b\.mp4 {2}uploaded\na\.mp4 {2}encoding 1%$/);
});

test('writes no control characters of a text, and no progress when the output is captured', () => {
  const { terminal, output } = open({ isTTY: false });
  terminal.progress('a.mp4', 'encoding 1%');
  terminal.line('a\u001B]0;title\u0007.mp4', 'http://edge/');
  expect(output()).toBe('a\\u001b]0;title\\u0007.mp4\n');
});

test('links a text where the terminal has hyperlinks', () => {
  process.env['FORCE_HYPERLINK'] = '1';
  const { terminal, output } = open({ columns: 80 });
  terminal.line('signed HLS URL', 'http://edge/v?a=1');
  expect(output()).toContain('\u001B]8;;http://edge/v?a=1\u001B\\signed HLS URL\u001B]8;;\u001B\\');
});

test('prints only the text where the terminal has none', () => {
  process.env['FORCE_HYPERLINK'] = '0';
  const { terminal, output } = open({ columns: 80 });
  terminal.line('signed HLS URL', 'http://edge/v?a=1');
  expect(output()).not.toContain('edge');
});
