import { MemoryStore } from './memory-store.ts';
import { describeTimelineStore } from './store.contract.ts';

describeTimelineStore('the store in memory', async () => ({
  open: async () => new MemoryStore(),
  remove: async () => undefined,
}));
