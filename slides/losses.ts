/** What conversion cannot reproduce, counted by page and said so that a speaker understands it (zh · en). */
import type { Deck } from '#contracts/deck.ts';

const sayings = {
  animation: [
    '个动画不播放，页面按全部显示后的样子',
    'animated effects are not played; the page is shown with all of them done',
  ],
  transition: ['个切换效果不播放', 'page transition is not played'],
  video: ['段视频只显示封面，不播放', 'film is shown as a picture only'],
  audio: ['段声音不播放', 'sound is not played'],
  object: ['个嵌入对象显示为图片', 'embedded object is shown as a picture'],
  smartArt: ['个 SmartArt 由其保存的图形绘制，请核对', 'SmartArt is drawn from its saved shapes: check it'],
  model: ['个三维模型显示为图片', '3D model is shown as a picture'],
  linkedPicture: ['张外部链接的图片未载入', 'linked picture outside the file is not loaded'],
  linkedMedia: ['个外部链接的媒体未载入', 'linked film or sound outside the file is not loaded'],
  linkedObject: ['个外部链接的对象未载入', 'linked object outside the file is not loaded'],
  control: ['个控件被去掉', 'control is left out'],
  macro: ['个宏动作被去掉', 'macro action is left out'],
  unsafeLink: ['个指向本机或网络文件的链接被去掉', 'link to a file or program is left out'],
  hidden: ['页隐藏的幻灯片未转换', 'hidden slides are left out'],
  macros: ['组宏被去掉', 'set of macros is left out'],
  font: ['个嵌入字体无法读取，已替换', 'embedded font cannot be read and is substituted'],
} as const satisfies Record<string, readonly [string, string]>;
export type Loss = keyof typeof sayings;

export class Losses {
  readonly #counts = new Map<Loss, number>();

  add(loss: Loss, count = 1): void {
    if (count > 0) this.#counts.set(loss, (this.#counts.get(loss) ?? 0) + count);
  }

  of(loss: Loss): number {
    return this.#counts.get(loss) ?? 0;
  }

  /** `page`: 0-based, null for the deck as a whole. */
  list(page: number | null): Deck['losses'] {
    return [...this.#counts].map(([loss, count]) => {
      const [zh, en] = sayings[loss];
      return { page, what: `${count} ${zh} · ${count} ${en}` };
    });
  }
}
