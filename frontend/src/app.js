import htmx from "htmx.org";
import { contentArrived, csrfToken, onContent } from "./_page.js";
import { reached, unreachable } from "./_connection.js";
import "./_alerts.js";
import "./_forms.js";
import "./_gestures.js";
import "./_inputs.js";
import "./_live.js";
import "./_time.js";

document.addEventListener("htmx:config:request", (event) => {
  event.detail.ctx.request.headers["X-CSRFToken"] = csrfToken();
});
document.addEventListener("htmx:after:request", reached);
document.addEventListener("htmx:error", (event) => {
  if (event.detail.error instanceof TypeError || event.detail.ctx?.request?.signal?.aborted) unreachable();
});
document.addEventListener("htmx:after:swap", () => contentArrived(document));
onContent((root) => {
  if (root !== document) htmx.process(root);
});
