import { createDoorstepClient } from "@doorstep/client";

/** The built shop is served by Doorstep itself; `npm run dev` names another origin in .env.development. */
export const account = createDoorstepClient({ baseUrl: import.meta.env.VITE_DOORSTEP_URL ?? "/" });
