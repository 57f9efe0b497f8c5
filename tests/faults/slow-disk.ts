/**
 * Preloaded into a server (`node --import`): while the file named by SLOW_DISK_SWITCH exists, each write to a file and each sync takes
 * SLOW_DISK_MS longer. Writes that block the event loop do so for as long, for that is what a slow disk does to them.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';

const ms = Number(process.env.SLOW_DISK_MS);
const switchFile = process.env.SLOW_DISK_SWITCH ?? '';
const slow = (): boolean => fs.existsSync(switchFile);
const sleep = new Int32Array(new SharedArrayBuffer(4));

type Call = (...args: unknown[]) => unknown;
const late = (call: Call): Call =>
  async function (this: unknown, ...args) {
    if (slow()) await delay(ms);
    return call.apply(this, args);
  };
const blocking = (call: Call): Call =>
  function (this: unknown, ...args) {
    // Not the standard streams: they are pipes.
    if (slow() && typeof args[0] === 'number' && fs.fstatSync(args[0]).isFile())
      Atomics.wait(sleep, 0, 0, ms);
    return call.apply(this, args);
  };
function replace(target: object, names: readonly string[], by: (call: Call) => Call): void {
  const calls = target as Record<string, Call>;
  for (const name of names) {
    const call = calls[name];
    if (!call) throw new Error(`there is no ${name} to slow down`);
    calls[name] = by(call);
  }
}

const handle = await fs.promises.open(import.meta.filename);
replace(
  Object.getPrototypeOf(handle) as object,
  ['write', 'writev', 'writeFile', 'appendFile', 'datasync', 'sync', 'truncate'],
  late,
);
await handle.close();
replace(fs.promises, ['writeFile', 'appendFile', 'truncate', 'rename'], late);
replace(fs, ['writeSync', 'writevSync', 'fsyncSync', 'fdatasyncSync', 'ftruncateSync'], blocking);
syncBuiltinESMExports();
