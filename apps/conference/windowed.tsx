/** Draws its content only while it is near the window; elsewhere it keeps its height. For lists of thousands. */
import { type ReactNode, useEffect, useRef, useState } from 'react';

export type WindowedProps = {
  /** Px it probably takes, before it was drawn. */
  readonly guess: number;
  readonly className?: string;
  readonly children: () => ReactNode;
};

export function Windowed({ guess, className, children }: WindowedProps) {
  const box = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  const height = useRef(guess);
  useEffect(() => {
    const element = box.current;
    if (!element || typeof IntersectionObserver === 'undefined') {
      setNear(true);
      return;
    }
    const observer = new IntersectionObserver(
      (entries) => {
        const last = entries.at(-1);
        if (!last) return;
        if (!last.isIntersecting) height.current = Math.max(40, element.offsetHeight);
        setNear(last.isIntersecting);
      },
      { rootMargin: '500px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={box} className={className} style={near ? undefined : { minHeight: height.current }}>
      {near ? children() : null}
    </div>
  );
}
