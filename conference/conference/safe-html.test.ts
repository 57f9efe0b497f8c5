import { describe, expect, it } from 'vitest';
import { safeHtml } from './safe-html.ts';

describe('rich text', () => {
  it('keeps headings, lists, tables, links and our own pictures', () => {
    const html =
      '<h2>欢迎</h2><p>第 <strong>20</strong> 届<br />年会</p><ul><li>主会场</li></ul>' +
      '<table><tbody><tr><td colspan="2">A</td></tr></tbody></table><img src="/files/abcdefgh.webp" alt="海报" />';
    expect(safeHtml(html)).toBe(html);
    expect(safeHtml('<a href="https://example.org/x">site</a>')).toBe(
      '<a href="https://example.org/x" target="_blank" rel="noopener noreferrer nofollow">site</a>',
    );
  });

  it.each([
    ['<script>alert(1)</script>', ''],
    ['<p onclick="alert(1)">x</p>', '<p>x</p>'],
    ['<p style="position:fixed">x</p>', '<p>x</p>'],
    ['<img src="/files/abcdefgh.webp" onerror="alert(1)">', '<img src="/files/abcdefgh.webp" />'],
    ['<img src="https://tracker.example/x.gif">', ''],
    ['<img src="//tracker.example/x.gif">', ''],
    ['<img src="data:image/svg+xml,<svg onload=alert(1)>">', ''],
    [
      '<svg><a xlink:href="javascript:alert(1)">x</a></svg>',
      '<a target="_blank" rel="noopener noreferrer nofollow">x</a>',
    ],
    ['<iframe src="https://example.org"></iframe>', ''],
    ['<form action="/x"><input name=a></form>', ''],
    ['<math><mtext><style><img src=x onerror=alert(1)>', ''],
    ['<style>@import "https://x"</style>', ''],
    ['<base href="https://x"><meta http-equiv=refresh content=0>', ''],
  ])('takes out of %s what a browser would run or fetch', (given, kept) => {
    expect(safeHtml(given)).toBe(kept);
  });

  it.each([
    'javascript:alert(1)',
    ' java\nscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    '//evil.example',
  ])('has no link to %j', (href) => {
    expect(safeHtml(`<a href="${href}">x</a>`)).toBe(
      '<a target="_blank" rel="noopener noreferrer nofollow">x</a>',
    );
  });

  it('is the same when it is cleaned again', () => {
    const once = safeHtml('<p>a &lt;b&gt; &amp; c<a href="https://x.org/?a=1&b=2">l</a>');
    expect(safeHtml(once)).toBe(once);
  });
});
