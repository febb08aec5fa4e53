/** All that one tab tells the others; a token never passes through here. */
export type News = "in" | "out" | "changed";

export interface Tabs {
  listen(): void;
  stop(): void;
  tell(news: News): void;
}

/** Without a name this tab keeps to itself. */
export function createTabs(name: string | undefined, hear: (news: News) => void): Tabs {
  const open = () => (name && globalThis.BroadcastChannel ? new BroadcastChannel(name) : undefined);
  let channel: BroadcastChannel | undefined;
  return {
    listen() {
      channel = open();
      if (channel) channel.onmessage = ({ data }) => hear(data);
    },
    stop() {
      channel?.close();
      channel = undefined;
    },
    tell(news) {
      const to = channel ?? open();
      to?.postMessage(news);
      if (!channel) to?.close();
    },
  };
}
