/** In the controls: swap large and small, choose the layout, close or open the panel. */
import { useEffect, useId, useRef, useState } from 'react';
import { IconButton } from '../../ui/button.tsx';
import { CheckIcon, LayoutIcon, ListIcon, SwapIcon } from '../../ui/icons.tsx';
import { t } from '../texts.ts';
import { type Arrangement, hasPanel, type Layout, layouts, swapped } from './layouts.ts';

export type LayoutButtonsProps = {
  readonly arrangement: Arrangement;
  /** Only these can be chosen here. */
  readonly offered?: readonly Layout[];
  onArrange(arrangement: Arrangement): void;
};

export function LayoutButtons({ arrangement, offered = layouts, onArrange }: LayoutButtonsProps) {
  const [open, setOpen] = useState(false);
  const name = useId();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    box.current?.querySelector<HTMLElement>('.layout-menu button')?.focus();
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && setOpen(false);
    const onDown = (event: PointerEvent) =>
      !box.current?.contains(event.target as Node | null) && setOpen(false);
    document.addEventListener('keydown', onKey);
    document.addEventListener('pointerdown', onDown);
    return () => {
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('pointerdown', onDown);
    };
  }, [open]);
  const fixedPanel = arrangement.layout === 'tri' || arrangement.layout === 'speaker';
  return (
    <div className="layout-buttons" ref={box}>
      <IconButton label={t('layout.swap')} onClick={() => onArrange(swapped(arrangement))}>
        <SwapIcon />
      </IconButton>
      <IconButton
        label={t('layout.choose')}
        aria-expanded={open}
        aria-controls={name}
        onClick={() => setOpen(!open)}
      >
        <LayoutIcon />
      </IconButton>
      {!fixedPanel && (
        <IconButton
          label={t('layout.panel')}
          aria-pressed={hasPanel(arrangement)}
          onClick={() => onArrange({ ...arrangement, panel: !arrangement.panel })}
        >
          <ListIcon />
        </IconButton>
      )}
      {open && (
        <div className="menu layout-menu" id={name} role="dialog" aria-label={t('layout.choose')}>
          {offered.map((layout) => (
            <button
              key={layout}
              type="button"
              className="choice"
              aria-pressed={layout === arrangement.layout}
              onClick={() => {
                onArrange({ ...arrangement, layout, flipped: false });
                setOpen(false);
              }}
            >
              <span className="choice-mark">{layout === arrangement.layout && <CheckIcon size={20} />}</span>
              {t(`layout.${layout}`)}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
