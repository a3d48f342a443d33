// Lets the share menu of a phone offer the dashboard: registers the service worker that takes the shared files.

const { worker, scope } = document.querySelector("script[data-worker]").dataset;
navigator.serviceWorker?.register(worker, { scope }).catch((error) => console.warn("Sharing is not offered:", error));
