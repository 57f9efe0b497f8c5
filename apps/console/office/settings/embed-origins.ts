/** Lines of a text as origins that may embed. Pure. */

/** The origin of each line, once; or the first line that is not the address of a site. */
export function readOrigins(text: string): { origins: string[] } | { bad: string } {
  const origins = new Set<string>();
  for (const line of text.split(/[\s,，;；]+/).filter(Boolean)) {
    const address = /^https?:\/\//.test(line) ? line : `https://${line}`;
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (!url?.hostname.includes('.') || url.username) return { bad: line };
    origins.add(url.origin);
  }
  return { origins: [...origins] };
}
