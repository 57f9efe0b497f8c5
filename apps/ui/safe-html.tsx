/** HTML that the server has cleaned (introductions, thanks). The page's content policy allows no script in it either. */
export function SafeHtml({ html, className }: { html: string; className?: string }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: cleaned by the server when it was written.
  return <div className={`rich ${className ?? ''}`} dangerouslySetInnerHTML={{ __html: html }} />;
}
