const days = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export const day = (time: string): string => days.format(new Date(time));
export const moment = (time: string): string => moments.format(new Date(time));
