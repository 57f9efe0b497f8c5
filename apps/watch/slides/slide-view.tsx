/** One page with what is drawn on it, fitted into its box: the speaker's page, or an earlier one while looking back. */
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { PageImage } from '#contracts/events.ts';
import { InkPainter, isMoving } from '../../follow/ink.ts';
import { SpinnerMark } from '../art.tsx';
import { t } from '../texts.ts';
import { PageLayer } from './page-layer.ts';
import { PageLinks } from './page-links.tsx';
import type { StageSource } from './stage-source.ts';
import type { ShownStage } from './use-stage.ts';
import { useZoom } from './use-zoom.ts';

export type SlideViewProps = {
  readonly source: StageSource;
  readonly stage: ShownStage;
  /** An earlier page is looked at. */
  readonly lookingAt?: ShownStage['shown'][number] | undefined;
  readonly zoomable?: boolean;
};

type Size = { readonly width: number; readonly height: number };

/** The largest size of this shape in a box. */
export function fitted(shape: Size, box: Size): Size {
  const scale = Math.min(box.width / shape.width, box.height / shape.height);
  return { width: Math.floor(shape.width * scale), height: Math.floor(shape.height * scale) };
}

function useBox(box: React.RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return size;
}

export function SlideView({ source, stage, lookingAt, zoomable = false }: SlideViewProps) {
  const box = useRef<HTMLDivElement>(null);
  const size = useBox(box);
  const { zoom, reset } = useZoom(box, zoomable);
  const page = lookingAt ?? stage.page;
  const image = page?.image;
  const black = stage.black && !lookingAt;
  const shape = image ? fitted(image, size) : undefined;
  const title = page ? page.title || t('slides.pageN', { n: page.page + 1 }) : '';
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page starts whole.
  useEffect(reset, [image?.id]);
  return (
    <div ref={box} className={zoomable ? 'slide slide-zoomable' : 'slide'} data-page={page ? page.page : ''}>
      {image && shape && shape.width > 0 && !black && (
        <div
          className="slide-page"
          style={{
            width: shape.width,
            height: shape.height,
            transform: `translate(${zoom.x}px, ${zoom.y}px) scale(${zoom.scale})`,
          }}
        >
          <PagePicture
            source={source}
            image={image}
            next={lookingAt ? null : (stage.page?.next ?? null)}
            width={shape.width * zoom.scale}
            label={title}
          />
          <InkCanvas
            source={source}
            image={image}
            width={shape.width}
            height={shape.height}
            scale={zoom.scale}
          />
          <PageLinks base={source.base} id={image.id} />
        </div>
      )}
      {black && <p className="slide-note">{t('slides.black')}</p>}
      {!page && <p className="slide-note">{t('slides.none')}</p>}
    </div>
  );
}

type PictureProps = {
  readonly source: StageSource;
  readonly image: PageImage;
  readonly next: PageImage | null;
  /** CSS pixels, zoom included. */
  readonly width: number;
  readonly label: string;
};

function PagePicture({ source, image, next, width, label }: PictureProps) {
  const host = useRef<HTMLDivElement>(null);
  const layer = useRef<PageLayer>(undefined);
  const [state, setState] = useState<'shown' | 'loading' | 'failed'>('loading');
  useLayoutEffect(() => {
    if (!host.current) return;
    const made = new PageLayer(host.current, source.base, setState);
    layer.current = made;
    return () => {
      layer.current = undefined;
      made.close();
    };
  }, [source.base]);
  useLayoutEffect(() => layer.current?.show(image, next, width), [image, next, width]);
  return (
    <>
      <div ref={host} className="slide-image" role="img" aria-label={label} data-image={image.id} />
      {state === 'loading' && (
        <span className="slide-busy">
          <SpinnerMark />
        </span>
      )}
      {state === 'failed' && (
        <p className="slide-note slide-failed">
          {t('slides.failed')}
          <button type="button" className="r-button" onClick={() => layer.current?.show(image, next, width)}>
            {t('slides.again')}
          </button>
        </p>
      )}
    </>
  );
}

type InkProps = {
  readonly source: StageSource;
  readonly image: PageImage;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
};

/** Sharper than this, pixels a side, only costs memory. */
const mostPixels = 2560;

function InkCanvas({ source, image, width, height, scale }: InkProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const ratio = Math.min(devicePixelRatio * scale, mostPixels / Math.max(width, height, 1));
  // biome-ignore lint/correctness/useExhaustiveDependencies: a canvas of another size is empty and is painted anew.
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const painter = new InkPainter();
    let frame = 0;
    let painted: unknown;
    let paintedAt = Number.NaN;
    let moving = false;
    const paint = () => {
      const moment = source.moment();
      const state = source.at(moment);
      // Between events only a growing stroke or a laser looks different.
      if (state !== painted || (moment !== paintedAt && (moving || moment < paintedAt))) {
        painter.paint(context, context.canvas.width, context.canvas.height, state, image.id, moment);
        painted = state;
        moving = isMoving(state, image.id, moment);
      }
      paintedAt = moment;
      frame = requestAnimationFrame(paint);
    };
    paint();
    return () => cancelAnimationFrame(frame);
  }, [source, image.id, width, height, ratio]);
  return (
    <canvas
      ref={canvas}
      className="slide-ink"
      width={Math.round(width * ratio)}
      height={Math.round(height * ratio)}
    />
  );
}
