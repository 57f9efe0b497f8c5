/** Writes a ZIP (APPNOTE 6.3.10, without ZIP64): the cleaned package handed to the converter. */
import { crc32, deflateRawSync } from 'node:zlib';

export class ZipWriter {
  readonly #parts: Buffer[] = [];
  readonly #directory: Buffer[] = [];
  #at = 0;
  #count = 0;

  /** In order; `stored` leaves the bytes as they are, which ODF wants of `mimetype` and pictures do not gain from. */
  add(name: string, content: Uint8Array, stored = false): void {
    const bytes = stored ? content : deflateRawSync(content, { level: 1 });
    const method = stored ? 0 : 8;
    const nameBytes = Buffer.from(name, 'utf8');
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    // Bit 11: the name is UTF-8.
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(method, 4);
    // 1980-01-01 00:00.
    common.writeUInt32LE(0x00210000, 6);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const central = Buffer.alloc(46);
    central.write('PK\x01\x02', 0, 'latin1');
    central.writeUInt16LE(20, 4);
    common.copy(central, 6);
    central.writeUInt32LE(this.#at, 42);
    this.#directory.push(central, nameBytes);
    this.#push(Buffer.from('PK\x03\x04', 'latin1'), common, nameBytes, bytes);
    this.#count++;
  }

  end(): Buffer {
    const start = this.#at;
    const directory = Buffer.concat(this.#directory);
    const end = Buffer.alloc(22);
    end.write('PK\x05\x06', 0, 'latin1');
    end.writeUInt16LE(this.#count, 8);
    end.writeUInt16LE(this.#count, 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(start, 16);
    return Buffer.concat([...this.#parts, directory, end]);
  }

  #push(...buffers: (Buffer | Uint8Array)[]): void {
    for (const buffer of buffers) {
      this.#parts.push(Buffer.from(buffer.buffer, buffer.byteOffset, buffer.length));
      this.#at += buffer.length;
    }
  }
}
