// Before anything is painted, so that a chosen theme does not flash the other one. shell/theme.ts writes what this reads.
try {
  const theme = localStorage.getItem('sluice.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is refused to embedded and private windows; the system's theme stands.
}
