/** Answers that are no JSON, as the description of the API names them. */
import { z } from 'zod';

const binary = (type: string, description: string) => ({
  description,
  content: { [type]: { schema: z.unknown() } },
});
export const csvAnswer = binary('text/csv', 'CSV, UTF-8 with byte order mark');
export const pictureAnswer = binary('image/webp', 'A picture');
export const fileAnswer = binary('application/octet-stream', 'A file');
export const textAnswer = binary('text/plain', 'Text');
/** 204 */
export const nothing = z.null().describe('Done');
