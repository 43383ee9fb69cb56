let names: Intl.DisplayNames | undefined;

/** 'no' → 'Norway'. What is no country code stays as it is. */
export function country(code: string): string {
  if (!/^[a-z]{2}$/i.test(code)) return code;
  names ??= new Intl.DisplayNames(['en-GB'], { type: 'region', fallback: 'code' });
  try {
    return names.of(code.toUpperCase()) ?? code;
  } catch {
    return code;
  }
}
