// NOTE to the web engineer: import, dataset, history and workspace pages are being built by two other engineers now; you keep inspector, entity page, search, palette, home, sign-in.
export default function Page() {
  return null;
}
