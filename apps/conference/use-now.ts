/** The server's clock, renewed so often (ms). */
import { useEffect, useState } from 'react';

export function useNow(clock: () => number, every: number): number {
  const [now, setNow] = useState(clock);
  useEffect(() => {
    setNow(clock());
    const timer = setInterval(() => setNow(clock()), every);
    return () => clearInterval(timer);
  }, [clock, every]);
  return now;
}
