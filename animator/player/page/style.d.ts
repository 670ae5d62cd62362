/** The text of style.css; the writer of pages makes this module. */
export const STYLE: string;
