/** The one video element of the page, with what phones and WeChat need to play it in place. */
export function createVideo(): HTMLVideoElement {
  const video = document.createElement('video');
  video.className = 'stage-video';
  video.playsInline = true;
  for (const name of ['playsinline', 'webkit-playsinline', 'x5-playsinline']) video.setAttribute(name, '');
  video.setAttribute('x5-video-player-type', 'h5-page');
  video.preload = 'auto';
  video.disableRemotePlayback = true;
  video.tabIndex = -1;
  return video;
}
