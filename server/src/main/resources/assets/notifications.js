"use strict";

// The page of a person's notifications: subscribes this browser to a push service.
(() => {
  const { post, notice, run } = window.countersign;
  const page = document.getElementById("notifications");
  const failure = document.getElementById("notice");
  const button = document.getElementById("this-browser");
  const zone = document.getElementById("zone");

  if (zone.value === "UTC") {
    zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  }
  if (!("serviceWorker" in navigator && "PushManager" in window)) {
    return;
  }
  button.hidden = false;
  button.addEventListener("click", () =>
    run(button, failure, async () => {
      if ((await Notification.requestPermission()) !== "granted") {
        notice(failure, "This browser does not let Countersign show notifications.");
        return;
      }
      const worker = await navigator.serviceWorker.register("/assets/push-worker.js");
      const subscription = await worker.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: page.dataset.key,
      });
      await post("/notifications/browsers", subscription.toJSON());
      location.reload();
    }),
  );
})();
