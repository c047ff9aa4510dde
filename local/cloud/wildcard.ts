/**
 * Returns whether a text matches a pattern in which `*` stands for any characters, including none, and `?` for exactly
 * one. The comparison is case-sensitive, and takes time linear in the text for each `*`.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let atPattern = 0;
  let atText = 0;
  let star = -1;
  let resumeAt = 0;
  while (atText < text.length) {
    const symbol = pattern[atPattern];
    if (symbol === '*') {
      star = atPattern;
      resumeAt = atText;
      atPattern += 1;
    } else if (symbol === '?' || symbol === text[atText]) {
      atPattern += 1;
      atText += 1;
    } else if (star !== -1) {
      resumeAt += 1;
      atText = resumeAt;
      atPattern = star + 1;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(atPattern));
}
