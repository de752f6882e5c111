"use strict";

// Shows what a push service delivers, and opens the page that it links to.
self.addEventListener("push", (event) => {
  const { title, text, link, tag } = event.data.json();
  event.waitUntil(
    self.registration.showNotification(title, { body: text, tag, data: link, icon: "/assets/mark.svg" }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const link = new URL(event.notification.data, self.location.origin);
  if (link.origin === self.location.origin) {
    event.waitUntil(self.clients.openWindow(link.href));
  }
});
