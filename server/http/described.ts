/** Answers that are no JSON, as the description of the API names them. */
import { z } from 'zod';

const binary = (type: string, description: string) => ({
  description,
  content: { [type]: { schema: z.unknown() } },
});
export const csvAnswer = binary('text/csv', 'CSV, UTF-8 with byte order mark');
export const jpegAnswer = binary('image/jpeg', 'A picture');
export const pictureAnswer = binary('image/webp', 'A picture');
export const fileAnswer = binary('application/octet-stream', 'A file');
export const workbookAnswer = binary(
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'An Excel workbook',
);
export const calendarAnswer = binary('text/calendar', 'iCalendar');
export const pdfAnswer = binary('application/pdf', 'PDF');
/** 204 */
export const nothing = z.null().describe('Done');
