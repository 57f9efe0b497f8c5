/** Picture-in-picture, the standard one or Safari's older. */

type WebkitVideo = HTMLVideoElement & {
  webkitSupportsPresentationMode?: (mode: string) => boolean;
  webkitSetPresentationMode?: (mode: string) => void;
  webkitPresentationMode?: string;
};

export const hasPictureInPicture = (video: WebkitVideo): boolean =>
  document.pictureInPictureEnabled || video.webkitSupportsPresentationMode?.('picture-in-picture') === true;

export function togglePictureInPicture(video: WebkitVideo): void {
  if (document.pictureInPictureElement === video) {
    void document.exitPictureInPicture().catch(() => {}); // Closed already.
  } else if (document.pictureInPictureEnabled) {
    void video.requestPictureInPicture().catch(() => {}); // Refused without a picture yet; the button stays.
  } else {
    const inWindow = video.webkitPresentationMode === 'picture-in-picture';
    video.webkitSetPresentationMode?.(inWindow ? 'inline' : 'picture-in-picture');
  }
}
