/** Keeps the last picture on screen while a new source is attached, which would show black. */

export class FrameHold {
  readonly canvas = document.createElement('canvas');
  private readonly video: HTMLVideoElement;

  constructor(video: HTMLVideoElement) {
    this.video = video;
    this.canvas.className = 'stage-hold';
    this.canvas.hidden = true;
    this.canvas.setAttribute('aria-hidden', 'true');
  }

  hold(): void {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (width === 0 || this.video.readyState < 2) return;
    this.canvas.width = Math.min(width, 1280);
    this.canvas.height = Math.round((this.canvas.width * height) / width);
    this.canvas.getContext('2d')?.drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    this.canvas.hidden = false;
  }
  release(): void {
    this.canvas.hidden = true;
  }
}
