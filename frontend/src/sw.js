// Shows messages that arrive while no page is open, and leads to the page they are about.
addEventListener("install", () => self.skipWaiting());
addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

addEventListener("push", (event) => {
  let message = {};
  try {
    message = event.data?.json() ?? {};
  } catch {
    // Not one of ours
  }
  if (!message.title) return;
  const options = { body: message.body, tag: message.tag, renotify: true, requireInteraction: true, vibrate: [120, 80, 120], data: { url: message.url } };
  event.waitUntil(self.registration.showNotification(message.title, options));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.url ?? "/", self.location.origin);
  event.waitUntil((async () => {
    const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const there = open.find((client) => new URL(client.url).pathname === url.pathname) ?? open[0];
    if (!there) return self.clients.openWindow(url);
    await there.focus();
    if (new URL(there.url).pathname !== url.pathname) await there.navigate(url).catch(() => self.clients.openWindow(url));
    return undefined;
  })());
});
