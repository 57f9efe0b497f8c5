/** hls.js, fetched beside the page; undefined where the browser plays HLS by itself. */
import type { HlsLoader } from './playback.ts';

const hasMediaSource = 'MediaSource' in window || 'ManagedMediaSource' in window;

export const loadHls: HlsLoader = async () => {
  if (!hasMediaSource) return undefined;
  const { default: Hls } = await import('hls.js');
  return Hls.isSupported() ? Hls : undefined;
};
