"use client";
import type { DeviceSession, DoorstepClient, Result } from "@doorstep/client";
import { type ListState, useList } from "./list.js";

export interface SessionsBinding extends Omit<ListState<DeviceSession>, "items"> {
  sessions: DeviceSession[] | undefined;
  end(id: string): Promise<Result<void>>;
  endOthers(): Promise<Result<void>>;
}

const load = (client: DoorstepClient) => client.sessions.list();

/** The devices that are signed in to this account. */
export function useSessions(account?: DoorstepClient): SessionsBinding {
  const { items, failure, reload, change } = useList(load, account);
  return {
    sessions: items,
    failure,
    reload,
    end: (id) => change((client) => client.sessions.end(id)),
    endOthers: () => change((client) => client.sessions.endOthers()),
  };
}
