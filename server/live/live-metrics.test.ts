import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import type { TrackStatus, VenueStatus } from '#contracts/venue.ts';
import { createLiveMetrics } from './live-metrics.ts';

const idle: TrackStatus = {
  ...{ publisher: null, sound: null, warnings: [], delay: { ms: 0, checked: true } },
  ...{ calibration: null, blocked: false, previewAt: null, renditions: [] },
};
const hall: VenueStatus = {
  ...{
    id: 'hall',
    title: '',
    state: 'away',
    since: 0,
    run: 'r',
    runStart: 0,
    viewers: 7,
    tier: 'low-latency',
  },
  tracks: { program: { ...idle, warnings: [{ kind: 'encoderAway', since: 0, values: {} }] }, slides: idle },
};

it('the first question is answered with what holds now, and so is the next', async () => {
  const registry = new Registry();
  let status = hall;
  createLiveMetrics({
    registry,
    desks: new Map([['hall', { status: () => status }]]),
    connections: () => 1,
    pool: undefined,
    disk: () => ({ freeBytes: 5, totalBytes: 9, writeRate: 0, secondsLeft: 60, state: 'ok' }),
  });
  const lines = async () => (await registry.metrics()).split('\n');
  const warning = 'rostrum_publisher_warning{venue="hall",track="program",kind="encoderAway"} 1';
  expect(await lines()).toContain(warning);
  expect(await lines()).toContain('rostrum_venue_viewers{venue="hall",state="away"} 7');
  expect(await lines()).toContain('rostrum_disk_seconds_left 60');
  status = { ...hall, tracks: { program: idle, slides: idle } };
  expect(await lines()).not.toContain(warning);
});
