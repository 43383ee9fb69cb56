// Runs before the first paint, so that a chosen theme never flashes the other one. No choice: the system's.
try {
  const theme = localStorage.getItem('summit.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {}
