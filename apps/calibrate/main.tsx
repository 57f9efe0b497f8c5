/** The machine-readable clock: shown to the camera or on the slide output, full screen; the server reads it back from the picture. */
import encodeQR from 'qr';
import { useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { clockStep, clockText } from '#contracts/calibration.ts';
import { translator, useLanguage } from '../ui/i18n.ts';
import { PageClock } from '../ui/page-clock.ts';
import '../ui/ui.css';
import './calibrate.css';

const zhCN = {
  title: '校时时钟',
  hint: '把这个页面全屏放给摄像机拍，或放到幻灯输出上，让二维码占画面高度的三分之一以上。然后在控制台点“校时”。',
  failed: '没有连上服务器，时钟可能不准。请检查网络后刷新。',
  full: '全屏',
} as const;
const en: Readonly<Record<keyof typeof zhCN, string>> = {
  title: 'Calibration clock',
  hint: 'Show this page full screen to the camera, or put it on the slide output, so that the code fills at least a third of the picture’s height. Then press “Calibrate” at the desk.',
  failed: 'The server does not answer, so the clock may be wrong. Check the network and reload.',
  full: 'Full screen',
};
const t = translator(zhCN, en);

/** Ms between two measurements of the server's clock. */
const measureEvery = 30_000;

function Calibrate() {
  useLanguage();
  const canvas = useRef<HTMLCanvasElement>(null);
  const digits = useRef<HTMLParagraphElement>(null);
  const [good, setGood] = useState<boolean>();
  useEffect(() => {
    const clock = new PageClock(Date.now());
    const measure = () => void clock.measure('/api/v1/clock', 8).then(setGood);
    measure();
    const timer = setInterval(measure, measureEvery);
    let frame = 0;
    let shown = 0;
    const draw = () => {
      frame = requestAnimationFrame(draw);
      const now = clock.now();
      if (now - shown < clockStep) return;
      shown = now;
      if (canvas.current) drawCode(canvas.current, clockText(now));
      if (digits.current) digits.current.textContent = new Date(now).toISOString().slice(11, 23);
    };
    draw();
    return () => {
      clearInterval(timer);
      cancelAnimationFrame(frame);
    };
  }, []);
  return (
    <main>
      <h1 className="r-hidden">{t('title')}</h1>
      <canvas ref={canvas} role="img" aria-label={t('title')} />
      <p ref={digits} className="c-digits" aria-hidden="true" />
      <p>{good === false ? t('failed') : t('hint')}</p>
      <button
        type="button"
        className="r-button"
        onClick={() => void document.documentElement.requestFullscreen?.().catch(() => undefined)}
      >
        {t('full')}
      </button>
    </main>
  );
}

function drawCode(canvas: HTMLCanvasElement, text: string): void {
  const code = encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
  const size = code.length;
  if (canvas.width !== size) canvas.width = canvas.height = size;
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(size, size);
  code.forEach((row, y) => {
    row.forEach((dark, x) => {
      const at = (y * size + x) * 4;
      image.data.fill(dark ? 0 : 255, at, at + 3);
      image.data[at + 3] = 255;
    });
  });
  context.putImageData(image, 0, 0);
}

const root = document.getElementById('root');
if (root) createRoot(root).render(<Calibrate />);
