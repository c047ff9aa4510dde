// Applies the theme stored by shell/theme.ts before the first paint, so that the other one does not flash.
try {
  const theme = localStorage.getItem('sluice.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Embedded and private windows may have no storage: keep the system theme.
}
