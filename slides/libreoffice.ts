/**
 * The one door to LibreOffice (WebAssembly, MPL-2.0). Its files are in memory: it sees no folder of the host. Only the
 * office child imports this; the process is ended after one deck, since LibreOffice's own end can hang.
 */
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import {
  type FontData,
  type InputFormat,
  LibreOfficeConverter,
  type OutputFormat,
} from '@matbee/libreoffice-converter/server';

const require = createRequire(import.meta.url);
const wasmFile = join(
  dirname(require.resolve('@matbee/libreoffice-converter/package.json')),
  'wasm/soffice.wasm',
);

type Loader = {
  createModule(config: {
    wasmBinary: ArrayBuffer;
    instantiateWasm(imports: WebAssembly.Imports, receive: Receive): object;
  }): Promise<Parameters<LibreOfficeConverter['initializeWithModule']>[0]>;
};
type Receive = (instance: { exports: WebAssembly.Exports }, module: WebAssembly.Module) => void;
type ThreadInit = (
  thread: number,
  isMain: number,
  isRuntime: number,
  canBlock: number,
  ...more: number[]
) => void;

export type LibreOffice = {
  convert(bytes: Uint8Array, from: InputFormat, to: OutputFormat): Promise<Uint8Array>;
};

/** Takes 1 to 3 s of CPU and about 1 GiB. */
export async function startLibreOffice(fonts: FontData[]): Promise<LibreOffice> {
  const loader = require('@matbee/libreoffice-converter/wasm/loader') as Loader;
  const module = await loader.createModule({
    // Not used: the module is compiled while it is read, which saves two copies of its 147 MB.
    wasmBinary: new ArrayBuffer(8),
    instantiateWasm: (imports, receive) => {
      void instantiate(imports, receive);
      return {};
    },
  });
  const converter = new LibreOfficeConverter({ fonts });
  await converter.initializeWithModule(module);
  return {
    convert: async (bytes, from, to) =>
      (await converter.convert(bytes, { inputFormat: from, outputFormat: to })).data,
  };
}

async function instantiate(imports: WebAssembly.Imports, receive: Receive): Promise<void> {
  const body = Readable.toWeb(createReadStream(wasmFile, { highWaterMark: 1024 * 1024 })) as ReadableStream;
  const module = await WebAssembly.compileStreaming(
    new Response(body, { headers: { 'content-type': 'application/wasm' } }),
  );
  const { exports } = await WebAssembly.instantiate(module, imports);
  const threadInit = exports._emscripten_thread_init as unknown as ThreadInit;
  receive(
    {
      exports: {
        ...exports,
        // A main thread that may block sleeps 1 ms before it serves each file access of another thread; reading the fonts
        // in one is 80,000 of them, which made one conversion in three 80 s longer. One that may not, serves them at once.
        _emscripten_thread_init: ((thread, isMain, isRuntime, _canBlock, ...more) =>
          threadInit(thread, isMain, isRuntime, 0, ...more)) as ThreadInit,
      },
    },
    module,
  );
}
